package lunch

import "context"

// What goes to the kitchen with its first sheet, each a message of its own.
const (
	topicPicture = "lunch.picture" // to the lead: the sheet, to be looked at on a phone
	topicPaper   = "lunch.paper"   // to the lead: the sheet and the run, to be printed
	topicLabels  = "lunch.labels"  // to the lead: what is stuck on the meals
)

// papers gives the kitchen what is printed. What is corrected later stands on the sheet
// as it is read, and whoever wants it on paper asks for it once more.
func (b *book) papers(ctx context.Context) error {
	for _, topic := range []string{topicPicture, topicPaper, topicLabels} {
		if err := b.tellLeads(ctx, topic, nil); err != nil {
			return err
		}
	}
	return nil
}
