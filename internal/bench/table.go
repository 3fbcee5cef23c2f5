package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"
)

// Print writes the table for people.
func (r Report) Print(w io.Writer) error {
	fmt.Fprintf(w, "\n%d cores, %s\n", r.Cores, r.Go)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nrow\tfigure\tat\tfloor\tlinli\tratio\tgoal\t")
	for _, res := range r.Results {
		floor, ratio, verdict := "–", "–", "no floor"
		if res.Floor != nil {
			floor = res.unit.print(*res.Floor)
		}
		if res.Ratio != nil {
			ratio = fmt.Sprintf("%.2f", *res.Ratio)
		}
		if res.Met != nil {
			verdict = "met"
			if !*res.Met {
				verdict = "NOT met: " + res.Off
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			res.Row, res.Figure, res.At, floor, res.unit.print(res.Linli), ratio, res.Goal, verdict)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, note := range r.Notes {
		fmt.Fprintln(w, note)
	}
	return nil
}

// JSON writes the same for programs.
func (r Report) JSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(r)
}
