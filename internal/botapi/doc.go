// Package botapi is a Telegram of one's own: a strict Bot API server in
// process, with the phones of the people who talk to its bots.
//
// A bot that works here has met the real server's rules before it meets the
// real server. The package knows nothing of any bot; it is for tests, demos
// and pages that show a chat.
//
//	server := botapi.New(botapi.Options{Clock: clock})
//	listener := httptest.NewServer(server)        // any HTTP server does
//	defer listener.Close()
//	defer server.Close()                          // ends waiting calls first
//	bot := server.AddBot("42:secret", "some_bot", "Some Bot")
//	// … run the program against listener.URL with the token 42:secret …
//	anna := bot.Phone(botapi.Account{ID: 7, FirstName: "Anna", LanguageCode: "en"})
//	anna.Start("")
//	view, err := bot.Wait(ctx, 7, func(v botapi.View) bool { return len(v.Last().Buttons) > 0 })
//	tap, err := anna.Tap(view.Last().ID, view.Last().Buttons[0][0].Data)
//	toast, alert, err := tap.Answer(ctx)
//
// The same people meet in groups and channels:
//
//	house := bot.Group(botapi.GroupOptions{Title: "Building 3", Owner: anna})
//	house.AddBot(anna)                            // nothing is heard before
//	house.Say(anna, "/report@some_bot lamp")      // or house.By(anna).Photo(…), .Tap(…), .Replying(id)…
//	view, err = bot.GroupView(house.ID())
//
// # Strict about
//
//   - Requests: GET and POST, query, form, JSON and multipart; any case of a
//     method's name; the error envelope, whose code is also the HTTP status;
//     the sizes of parameters and uploads. Unknown parameters are ignored
//     (Options.Lint tells of them).
//   - Updates: confirmed by a higher offset only; negative offsets; limit,
//     long polling in real time, the brakes against tight loops (the same
//     offset again within 3 s waits up to 3 s, within 0.5 s gives one
//     update), 409 for the waiting one of two pollers, allowed_updates
//     remembered; messages live 24 h, taps 150 s by the clock; an answer is
//     cut at 4 MiB; ids begin again lower after a week without updates.
//   - Webhooks: one update per request, one request at a time of each queue
//     (texts by chat, taps by person, and so on), max_connections in all, the
//     secret's header; any 2xx is the end of it, anything else a second try
//     at once, then after 2, 4, 8 … 60 to 120 s or as Retry-After says, for
//     as long as the update lives; calls in answers; the words of
//     getWebhookInfo; getUpdates and setWebhook exclude each other.
//   - Texts: lengths in code points after parsing and trimming; HTML, Markdown
//     and MarkdownV2 with the real parsers' tolerance and error texts, offsets
//     in UTF-16; captions.
//   - Keyboards: every rule of inline buttons, callback_data in bytes, null
//     keyboards, sizes. A message that came with a reply keyboard, its
//     removal or force_reply can never be edited.
//   - Edits: "message is not modified", a missing reply_markup takes the
//     buttons away, nothing can be edited that is not the bot's own; files can
//     take each other's place, and a text's, with what albums allow. Deletion
//     up to 48 h.
//   - Polls and quizzes: every rule of questions, options and right answers;
//     votes by people (Phone.Vote), told by name or as counts; stopPoll. A
//     poll's own end is told when somebody next calls or looks.
//   - Passing on: origins, what is protected, albums, polls with their votes.
//   - Pins, with the rights of each kind of chat and the notice that comes back
//     to the bot; reactions, one of a bot's and out of the known ones.
//   - The bot itself: name and descriptions by language, menu button by person,
//     commands by scope and language, close and logOut with their waits.
//   - People: nobody can be written to who has not sent something first, who
//     has blocked the bot, has deleted the account, or is a bot. Forwarded
//     messages with each kind of origin, edits, live locations, contacts of
//     others.
//   - Groups: privacy mode, felt when the bot comes in; what a group answers
//     that has thrown the bot out, was left, deleted or upgraded (with
//     migrate_to_chat_id); rights by the kind of message; slow mode; keyboards
//     for some members only; anonymous administrators and channels as senders;
//     chat_member only to administrators; topics, with General as no thread
//     and the first message of a topic as what all others answer.
//   - Files: of eight kinds, identifiers of their kind, albums of one to ten, 10 MB photos,
//     20 MiB downloads, links good for an hour of the clock.
//   - Taps: answered once, within 150 s, with 200 letters at most.
//
// Faults are told in the real server's order: first what can be seen in the
// parameters, then the chat, then what the inner server says.
//
// # Webhooks
//
// Any address will do, as with a Bot API server of one's own in local mode;
// Webhooks.Strict holds to the public server's rules. Webhooks.Second shortens
// the waits between attempts, Webhooks.Transport carries the requests another
// way:
//
//	botapi.Options{Webhooks: botapi.Webhooks{Second: time.Millisecond}}
//
// # Limits, lint, memory
//
// Options.Limits refuses what goes beyond so many messages in so much time;
// nothing is limited without it:
//
//	botapi.Limits{
//		All:   botapi.Limit{Messages: 30, Per: time.Second},
//		Chat:  botapi.Limit{Messages: 3, Per: 3 * time.Second},
//		Group: botapi.Limit{Messages: 20, Per: time.Minute},
//	}
//
// Options.Lint is told what the real server passes over in silence: names that
// it does not know, buttons that it drops, values that count as unset, what
// loses against another parameter. Options.Keep bounds what is remembered, for
// runs of hours.
//
// # Faults on demand
//
// Server.Break and Bot.Break let calls go wrong, every one or some of them:
//
//	mend := bot.Break(botapi.Fault{Kind: botapi.LoseAnswer, Method: "sendMessage", Times: 1})
//	mend = server.Break(botapi.Fault{Kind: botapi.TooMany, Chat: 7, RetryAfter: 30})
//	mend = server.Break(botapi.Fault{Kind: botapi.Drop, Method: "*", Every: 10})
//
// Calls refused by a fault are in the log of calls with their code; those cut
// off before their work are not, those that lost their answer are there as
// done. A GET whose connection is cut may be sent again by net/http itself.
//
// Bot.Deliver queues an update exactly as it is given, Bot.Repeat hands
// updates out twice, Bot.Shuffle lets them change places, Bot.RestartIDs lets
// ids go on from a lower number. The same can be had over HTTP: see
// Server.Control.
//
//	curl -d '{"kind":"hold_answer","delay":"20s","method":"sendMessage","times":1}' $URL/faults
//	curl -d '{"deliver":{"hologram":{"id":1}},"repeat":3}' $URL/updates
//	curl -X DELETE $URL/faults
//
// # Not yet
//
// In groups: invite links and requests to join, new titles and pictures as
// service messages, and the numbering of messages that basic groups share
// with private chats (every chat counts its own here). Two bots of one server
// have no group in common; another bot is a Phone that IsBot.
//
// Live locations of a bot do not move, venues, games, payments and stories are
// not known, media in polls is passed over. What is too long for the profile
// or a quiz's explanation is refused in words that are a guess, since only the
// limits are documented. A document stays one, whatever is in it: the real
// server makes music and animations of some. Files cannot be sent by URL, since
// there is no way out ("failed to get HTTP URL content"). Photos are kept as they were sent: they are neither re-encoded
// nor made smaller, only their thumbnails are made. Phone numbers and bank
// cards are not found in texts. Answers to taps are taken as long as the tap
// lives; the real server may refuse them earlier.
//
// Names of webhooks are not looked up before they are called, their
// certificates are checked at the first request only, and connections are
// opened as they are needed. Faults do not hit calls that come in a webhook's
// answer. The limits are counted exactly; the real ones are not told.
package botapi
