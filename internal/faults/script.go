package faults

// Script is what a handful of people do together, each act once. A line is who does it and what: a text, a
// button in brackets ([#1] is the first of the newest message that has any, a
// question mark asks for the button of a question, > for the next page of More, words behind a colon for a message
// that has them), {photo} with its caption, {start} with its payload, and what
// [life.beside] knows.
type Script struct {
	Name string
	text string
}

// opening is how every script begins: a secretary and a newcomer are made known.
const opening = `
secretary> {start claim}
secretary> [#1]
secretary> [Skip]
newcomer>  {start}
newcomer>  [#1]
newcomer>  [building 3]
newcomer>  [entrance 1]
newcomer>  /language
newcomer>  [English]
`

// Scripts are all of them.
var Scripts = []Script{
	{"reporting", opening + reporting},
	{"working", opening + working},
	{"ending", opening + ending},
	{"sharing", opening + sharing},
	{"private", opening + private},
	{"silence", opening + silence},
}

// reporting is all ways in which a trouble is brought, and the plain way to its end.
const reporting = `
resident>  {photo Quill one, the lamp is dark}
resident>  [Yes, send]
member>    [Call]
member>    [Pass]
member>    [Too much to do]
member2>   [I'll go]
member2>   [Progress]
member2>   Quill one, a bulb is on its way
member2>   {photo}
member2>   [Done?]
resident>  [Half]
resident>  Quill one, the second floor is dark
member2>   [Done]
member2>   [Skip]
member2>   [Nothing to see]
resident>  [Not fixed]
resident>  [Skip]
member2>   {photo}
member2>   [Done?]
resident>  [Fixed]

newcomer>  /report
newcomer>  [Water]
newcomer>  [Elsewhere, I'll say]
newcomer>  by the pond of Quill
newcomer>  [Back]
newcomer>  behind the pond of Quill two
newcomer>  it drips at Quill two
newcomer>  {photo}
newcomer>  [Done]
newcomer>  [Send]
newcomer>  [Take back]

newcomer>  {photo Quill three}
newcomer>  [Another place]
newcomer>  [In my home]
newcomer>  [Skip]
newcomer>  [Yes, send]
member>    [I'll go: Quill three]
newcomer>  {photo Quill four}
newcomer>  [Mistake, drop it]
newcomer>  /report
newcomer>  [Gas]
newcomer>  /cancel
newcomer>  /mine
newcomer>  /call

resident>  gas
resident>  [No]
resident>  the kitchen is on fire
resident>  Quill five, third floor
member>    [I'll go: Fire]
`

// working is what is said and done until a case is reported done.
const working = `
resident>  {photo Quill six, the lamp is dark}
resident>  [Yes, send]
member>    [Pass]
member>    [Not my trade]
member2>   [I'll go]
member2>   [More]
member2>   [Undo my last step]
member2>   [I'll go]
member2>   [More]
member2>   [More>]
member2>   [Wrong kind]
member2>   [Stair lamp]
member2>   [More]
member2>   [Ask them]
member2>   Quill asks, is the key at the gate
resident>  [Answer]
resident>  Quill answers, it is
member2>   [Answer]
member2>   {photo}
member2>   [More]
member2>   [Note for staff]
member2>   Quill notes, the key is at the gate
member2>   [More]
member2>   [More>]
member2>   [Urgent]
member2>   [More]
member2>   [It has to wait]
member2>   [The resident]
member2>   [When are you home??]
member2>   [Skip]
resident>  [Answer: When are you at home]
resident>  Quill answers, at three
member2>   [More]
member2>   [It has to wait]
member2>   [Parts]
member2>   [Tomorrow]
member2>   a lamp is ordered, Quill
member2>   [It can go on]
member2>   {photo}
member2>   [Done?]
member2>   [Undo my last step]
member2>   {photo}
member2>   [Done?]
resident>  [Fixed]
`

// ending is every end but the one that the resident calls good.
const ending = `
resident>  {photo Quill seven, a pole leans}
resident>  [Yes, send]
member>    [I'll go]
member>    [More]
member>    [Cannot be done]
member>    [No way to do it]
member>    the pole of Quill is not ours
member>    [Undo my last step]
member>    [More]
member>    [Cannot be done]
member>    [No way to do it]
member>    [Skip]
secretary> [I don't agree]
secretary> [Talk to them first]
secretary> Quill, there is a ladder
member>    [More: does not agree]
member>    [Cannot be done]
member>    [Private ground]
member>    [Skip]
secretary> [I agree]
resident>  [I disagree]
resident>  Quill, it is our own yard
member2>   [I'll go]
member2>   [More]
member2>   [Not ours]
member2>   [Property company]
member2>   [It is theirs]
member2>   [In a week]
member2>   [Skip]
secretary> [I agree]
`

// sharing is what neighbours share, and what those on duty take in their group.
const sharing = `
secretary> {group}
secretary> [Members on duty]
secretary> [All buildings]
secretary> [Send]
resident>  {photo Quill eight, the lamp is dark}
resident>  [Yes, send]
newcomer>  {photo Quill nine, it is dark here too}
newcomer>  [Yes, send]
newcomer>  [Yes, it is this]
newcomer>  [Tell me no more]
newcomer>  {photo Quill ten, it is darker now}
newcomer>  [Yes, send]
newcomer>  [No, send mine]
member2>   [I'll go: Quill ten]
member2>   [More]
member2>   [More>]
member2>   [Reported twice]
member2>   [#1]
member2>   [#1]
newcomer>  [Take back]
member>    {later 96h}
member>    {later 96h}
member2>   {group tap}
`

// private is a quarrel that one person hears, and nobody else sees.
const private = `
resident>  /report
resident>  [Between people]
resident>  [Neighbours]
resident>  [Yes, let me tell it]
resident>  Quill eleven, chairs are dragged at night
resident>  [Skip]
resident>  [Send]
mediator>  [I'll go]
mediator>  [Hear both sides]
mediator>  [Invite the other side]
mediator>  [By a link]
newcomer>  {open mediator}
newcomer>  [Let me speak]
newcomer>  Quill twelve, nobody drags chairs
mediator>  [Answer]
mediator>  Quill, felt under the chairs
newcomer>  [Answer]
newcomer>  Quill agrees
member>    /mine
secretary> /overview
secretary> 1
`

// silence is a resident who says nothing, and somebody who goes there.
const silence = `
resident>  {photo Quill thirteen, the bench}
resident>  [Yes, send]
member>    [I'll go]
member>    {photo}
member>    [Done?]
resident>  {later 73h}
resident>  {later 73h}
resident>  {later 49h}
member2>   [#1]
`
