package dialog

// Location asks for a place on the map, sent by a key of the reply keyboard or
// from Telegram's own menu.
func Location[D any](name string, field func(*D) *Point) Step[D] {
	return Step[D]{
		name: name,
		take: func(d *D, ev Event) (bool, error) {
			if ev.Location == nil || *ev.Location == (Point{}) {
				return false, errWrongKind
			}
			*field(d) = *ev.Location
			return false, nil
		},
		has:  func(d *D) bool { return *field(d) != Point{} },
		wipe: func(d *D) { *field(d) = Point{} },
		show: func(_ *D, t Turn) string { return t.Texts.T("dialog.on_map") },
		ask:  Key{Location: true},
	}
}

// Phone asks for the person's own number, sent by a key of the reply keyboard.
// It rejects with own when the contact is somebody else's.
func Phone[D any](name string, field func(*D) *string) Step[D] {
	return Step[D]{
		name:  name,
		codes: []string{"own"},
		take: func(d *D, ev Event) (bool, error) {
			switch {
			case ev.Contact == nil || ev.Contact.Phone == "":
				return false, errWrongKind
			case !ev.Contact.Own || ev.Forwarded:
				return false, Reject("own")
			}
			*field(d) = ev.Contact.Phone
			return false, nil
		},
		has:  func(d *D) bool { return *field(d) != "" },
		wipe: func(d *D) { *field(d) = "" },
		show: func(d *D, _ Turn) string { return *field(d) },
		ask:  Key{Contact: true},
	}
}
