package botapi

// sendContact sends a name and a number.
func (b *Bot) sendContact(a *args) (reply, *apiError) {
	if err := a.need("phone_number", "first_name"); err != nil {
		return reply{}, err
	}
	contact := contactShape{
		PhoneNumber: a.str("phone_number"), FirstName: a.str("first_name"), LastName: a.str("last_name"), VCard: a.str("vcard"),
	}
	return b.send(a, draft{kind: "contact", fill: func(m *message) *apiError {
		m.contact = &contact
		return nil
	}})
}
