// Package dialog runs step-by-step conversations.
//
// A Flow is a list of steps that fill one plain struct, the draft. The engine
// asks the first step that applies and is not answered yet; when none is left
// it shows a summary, and Send hands the draft to the flow's own function.
// That one rule gives back, change, branches, prefilled starts and resume
// after a deploy. The package knows nothing of Telegram, Redis, SQL or the
// clock: a turn is (session, event, texts) -> (session, screen).
//
//	var flow = dialog.New("report", send,
//		dialog.Choice("kind", func(d *Draft) *string { return &d.Kind }, "lift", "water"),
//		dialog.Tell("what", func(d *Draft) *dialog.Words { return &d.What }, 2, 1000),
//		dialog.Photos("photos", func(d *Draft) *[]dialog.Media { return &d.Photos }, 5).Optional(),
//	)
//
// Words are looked up by convention: <flow>.<step>.ask asks, <flow>.<step>.title
// names the answer in the summary, <flow>.<step>.opt.<value> labels an option,
// <flow>.<step>.<code> is said over the question when an answer is rejected with
// that code, <flow>.summary heads the summary, <flow>.send.<code> is said when
// Send itself is rejected. Keys lists them all.
package dialog
