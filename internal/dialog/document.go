package dialog

// File asks for a document of at most max bytes. It rejects with big (mb).
func File[D any](name string, field func(*D) *Document, max int64) Step[D] {
	return Step[D]{
		name:  name,
		codes: []string{"big"},
		take: func(d *D, ev Event) (bool, error) {
			switch {
			case ev.Document == nil || ev.Document.FileID == "":
				return false, errWrongKind
			case ev.Document.Size > max:
				return false, Reject("big", "mb", max>>20)
			}
			*field(d) = *ev.Document
			return false, nil
		},
		has:  func(d *D) bool { return field(d).FileID != "" },
		wipe: func(d *D) { *field(d) = Document{} },
		show: func(d *D, _ Turn) string { return short(field(d).Name) },
	}
}
