// Package calm is who may be disturbed when.
//
// Whatever reaches people through the outbox, but what is urgent, and what
// changes a message that they have, is decided here the moment before it would
// be sent: it goes with a sound, goes without one, or is kept for the morning.
//
//	                      by day             in their quiet hours   then, on a shift
//	prompt                aloud              silent                 silent
//	own                   aloud              kept                   silent
//	news                  aloud              kept                   silent
//	word                  aloud              kept                   silent
//	alarm                 aloud              aloud                  aloud
//
// Prompt is what answers its reader, who has the phone in hand or waits for it;
// own is about their own matter or task; news is what they did not ask for. Word is
// what the community tells to many, and alarm what it tells them at once. Of
// what is aloud somebody with a role hears MostSounding a day, the rest comes
// silently; of news a resident gets MostUnasked a day, the rest is kept. What
// else is their own rings for residents: that is little, and they wait for it.
//
//	kept ──▶ the morning, when their quiet hours end
//	          ├ nothing is left: it was taken back, it is over
//	          ├ one thing: it comes itself, as by day
//	          └ more: one digest, with a button for each that brings it as it
//	            stands then; what was not opened is not told again. Word comes itself
//
// Deciding is pure (Decide, Allow, Hours); what is kept and counted is the
// outbox's, which does so in the same statement that begins to send.
package calm
