package botapi

// deleteWebhook: there never is one here.
func (b *Bot) deleteWebhook(a *args) (reply, *apiError) {
	if a.bool("drop_pending_updates") {
		b.queue.updates = nil
	}
	return reply{result: true, description: "Webhook is already deleted"}, nil
}

// getWebhookInfo tells that there is none, and how many updates wait.
func (b *Bot) getWebhookInfo(*args) (reply, *apiError) {
	b.queue.expire(b.now())
	return reply{result: map[string]any{
		"url": "", "has_custom_certificate": false, "pending_update_count": b.queue.pending(),
	}}, nil
}
