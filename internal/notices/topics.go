package notices

import "fmt"

// What is told of a notice. Each names it; those to many say the same to all.
const (
	topicTold      = "notice.told"      // an ordinary one
	topicImportant = "notice.important" // an important one: of these nobody has too many
	topicUrgent    = "notice.urgent"    // an urgent one
	topicPost      = "notice.post"      // in a group

	topicCorrected     = "notice.corrected"      // changes what somebody reads into what it says now
	topicPostCorrected = "notice.post_corrected" // in a group
	topicGone          = "notice.withdrawn"      // changes what somebody reads: it was taken back
	topicPostGone      = "notice.post_withdrawn" // in a group
	topicPostOver      = "notice.post_over"      // takes its pin off

	topicProgress  = "notice.progress"   // to the author: how far it has come
	topicRepeats   = "notice.repeats"    // to the author: it is set once more, for that time
	topicUncertain = "notice.uncertain"  // to the author: of these nobody knows whether it arrived
	topicNotPinned = "notice.not_pinned" // to the author: that group does not let the bot pin
)

// subject is the lane of a notice.
func subject(id int64) string { return fmt.Sprintf("notice:%d", id) }

// keyOf is of the row that brings a notice to somebody.
func keyOf(id, person int64) string { return fmt.Sprintf("notice:%d:%d", id, person) }

// postKey is of the row that brings a notice to a group.
func postKey(id, group int64) string { return fmt.Sprintf("notice:%d:g%d", id, group) }
