package botapi

// linkPreview looks at link_preview_options, which is read before the text.
// No preview is ever made here: there is no way out to fetch a page.
func (a *args) linkPreview() *apiError {
	text := a.str("link_preview_options")
	if text == "" {
		return nil
	}
	value, broken := decodeJSON(text)
	if broken != nil {
		return bad("Can't parse link preview options JSON object")
	}
	fields, ok := value.(map[string]any)
	if !ok {
		return bad("Object expected as link preview options")
	}
	o := object(fields)
	if _, err := o.str("url"); err != nil {
		return bad("%s", err.Error())
	}
	for _, flag := range []string{"is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"} {
		if _, err := o.bool(flag); err != nil {
			return bad("%s", err.Error())
		}
	}
	return nil
}
