package faults

// envOf is what replica n is started with.
func (s *Stage) envOf(int) []string { return s.env }
