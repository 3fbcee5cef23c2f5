package flow

// homeTopics are what those hear who decide for a child.
func (h *House) homeTopics() map[string]careTopic {
	return map[string]careTopic{}
}
