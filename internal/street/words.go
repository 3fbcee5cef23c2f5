package street

import (
	"fmt"
	"time"
)

// words is every word of the page in one language. What the bot says comes
// from the bot; these are the words around it.
type words struct {
	Lang, HTMLLang, Title, Headline string
	Switch, SwitchTo, SwitchToHTML  string

	HintStart, HintPhoto, HintTurn, HintWait string // each names a person
	HintRest, HintOpen, HintTrouble          string // the last but one names a person, the last says what is wrong

	About, AboutWhat, AboutHow, AboutData string
	Clock, Skip, Skipped, More, Open      string
	Close, NoPhone, Members               string

	Bot, Typing, Chat, Empty, Start               string
	Write, Send, Attach, Menu, Keys, Photo, Video string
	Voice, Place, Contact, Sticker, Forwarded     string
	Edited, Silent, Pinned, OK                    string

	Samples map[string]string // what can be sent without having it: label by name

	Failed, Gone, NoAnswer, Nothing, Lost string

	Tools, ToolsClose                  string
	ClockTo, Go, Hour, Morning         string
	NowIs, NoMoment, Backwards, TooFar string
	Looks, TextSize, Grey, Shaky       string
	SlipBeside, SlipTwice              string
	Trouble                            string
	Inspect, Behind, CloseInspector    string
	NothingYet, NoRows, Elsewhere      string
	In, Calls, Rows                    string
	Record, StopRecord, Download       string
	RecordBegan, RecordEnded, Recorded string
	Troubles                           map[string]troubleWords // by key
	GroupWithout, WriteAs              string
	AddBot, RemoveBot                  string
	OpenOn, NoGroup                    string
	File, ChooseFile, SendFile, NoFile string
	Services                           map[string]string // what happened in a group, by the local Telegram's name; each names people

	ForwardedFrom string // the stranger whose picture is passed on

	weekdays [7]string
	day      func(w words, t time.Time) string
}

// troubleWords are said of something that can be made to go wrong.
type troubleWords struct {
	Begin, End string // on the button, before and while it is on
	Now        string // while it is on
	Said, Over string // when it was begun, when it was ended
}

// Day is a date as people say it.
func (w words) Day(t time.Time) string { return w.day(w, t) }

// languages of the page; the first is the one for everybody else.
var languages = []string{"en", "zh"}

var table = map[string]words{"en": english, "zh": chinese}

var english = words{
	Lang:         "en",
	HTMLLang:     "en",
	Title:        "linli: a lamp breaks",
	Headline:     "A lamp breaks. Who comes, and does it hold?",
	Switch:       "中文",
	SwitchTo:     "zh",
	SwitchToHTML: "zh-Hans",

	HintStart: "Begin on the phone of %s: press Start.",
	HintPhoto: "Send the photo of the broken lamp on the phone of %s: the paper clip has one.",
	HintTurn:  "Now the phone of %s: tap what you would do.",
	HintWait:  "Tap the answer on the phone of %s, or let two minutes pass.",
	HintRest:  "Write, tap or send a picture on any phone, and watch what the others are told. At ten in the morning the kitchen asks about lunch: “Tools” moves the clock.",
	HintOpen:  "Something has come for %s. Open that phone under “More phones”.",

	HintTrouble: "%s “Tools” above brings it back.",

	About:     "What is this?",
	AboutWhat: "linli is a Telegram bot for a neighbourhood. Somebody sends a photo of what is broken; one named person on duty goes; and whoever reported it says whether it held. A kitchen cooks there too: who is old orders lunch with one tap, and volunteers bring it.",
	AboutHow:  "Each phone here is a real chat with the bot. Play everybody: write, tap and send pictures on one phone, and watch what arrives on the others.",
	AboutData: "All of it runs on this computer. Nothing leaves it, and the people are invented.",
	Clock:     "The time here",
	Skip:      "2 minutes later",
	Skipped:   "2 minutes later: it is %s now.",
	More:      "More phones",
	Open:      "Open the phone of %s",
	Close:     "Close the phone of %s",
	NoPhone:   "No phone is open. Open one above.",
	Members:   "Phones",

	Bot:       "bot",
	Typing:    "typing…",
	Chat:      "Messages on the phone of %s",
	Empty:     "Nothing has been said here yet.",
	Start:     "Start",
	Write:     "Message",
	Send:      "Send",
	Attach:    "Send a picture, voice or place",
	Menu:      "Menu",
	Keys:      "Answer keys",
	Photo:     "Photo",
	Video:     "Video",
	Voice:     "Voice message, %s",
	Place:     "Place on the map",
	Contact:   "Phone number",
	Sticker:   "Something this page cannot show",
	Forwarded: "Forwarded from %s",
	Edited:    "edited",
	Silent:    "sent without a sound",
	Pinned:    "pinned",
	OK:        "OK",

	Samples: map[string]string{
		"lamp":    "Broken lamp",
		"lit":     "Lamp repaired",
		"hole":    "Hole in the road",
		"leak":    "Water leak",
		"album":   "Album of two",
		"forward": "Forwarded picture",
		"voice":   "Voice, 6 seconds",
		"place":   "Where I am",
	},

	Failed:   "That did not go through. Please try again.",
	Gone:     "That button is no longer there.",
	NoAnswer: "The bot has not answered this tap yet.",
	Nothing:  "There is nothing to send yet.",
	Lost:     "The connection is lost. Trying again…",

	Tools:          "Tools",
	ToolsClose:     "Close tools",
	ClockTo:        "Let the time pass until",
	Go:             "Go there",
	Hour:           "1 hour later",
	Morning:        "Tomorrow 9:00",
	NowIs:          "It is %s now.",
	NoMoment:       "Please choose a date and a time.",
	Backwards:      "Time only goes forward here: what was said cannot be unsaid.",
	TooFar:         "One year at a time, please.",
	GroupWithout:   "The helper is not in this group.",
	AddBot:         "Add the helper",
	RemoveBot:      "Take the helper out",
	OpenOn:         "Open on another phone",
	NoGroup:        "The helper is in every group here.",
	File:           "File",
	ChooseFile:     "A file, such as a spreadsheet",
	SendFile:       "Send the file",
	NoFile:         "Choose a file first.",
	WriteAs:        "Write as",
	Services:       map[string]string{"joined": "%s joined", "left": "%s left"},
	Looks:          "Eyes and hands",
	TextSize:       "Text size",
	Grey:           "Without colour",
	Shaky:          "Shaky finger",
	SlipBeside:     "The finger slipped onto “%s”.",
	SlipTwice:      "The finger shook and pressed twice.",
	Trouble:        "What if…",
	Inspect:        "Look behind the phone of %s",
	Behind:         "Behind the phone of %s",
	CloseInspector: "Close",
	NothingYet:     "Nothing has happened yet.",
	NoRows:         "The changed rows cannot be read just now.",
	Elsewhere:      "set off elsewhere",
	In:             "Update in",
	Calls:          "Calls out",
	Rows:           "Rows changed",
	Record:         "Record from the phone of %s",
	StopRecord:     "End the recording of %s",
	Download:       "Save",
	RecordBegan:    "Recording: what happens on all phones is written down.",
	RecordEnded:    "The recording is ready to be saved.",
	Recorded:       "Recorded on the street page, from the phone of %s.",
	Troubles: map[string]troubleWords{
		"down": {
			"Telegram goes down", "Telegram comes back", "Telegram is down: nothing comes in and nothing goes out.",
			"Telegram is down now.", "Telegram is back. What waited is on its way.",
		},
		"storm": {
			"Too many calls", "Too many calls", "Telegram turns calls away.",
			"Telegram turns the next calls away and asks for 5 seconds.", "Telegram takes calls again.",
		},
		"twice": {
			"An update comes twice", "An update comes twice", "The next update comes twice.",
			"Whatever is done next reaches the bot twice.", "Updates come once again.",
		},
		"kill": {
			"Kill the bot", "Kill the bot", "The bot was killed and is starting again…",
			"The bot was killed and lives again. What it had in hand follows within a minute.", "The bot lives.",
		},
	},

	ForwardedFrom: "News of the town",

	weekdays: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	day: func(w words, t time.Time) string {
		return w.weekdays[t.Weekday()] + t.Format(" 2 January")
	},
}

var chinese = words{
	Lang:         "zh",
	HTMLLang:     "zh-Hans",
	Title:        "邻里：楼道灯坏了",
	Headline:     "楼道灯坏了。谁来？修好了没有？",
	Switch:       "English",
	SwitchTo:     "en",
	SwitchToHTML: "en",

	HintStart: "先在%s的手机上点“开始”。",
	HintPhoto: "在%s的手机上发一张坏灯的照片：点回形针，里面就有。",
	HintTurn:  "现在看%s的手机：您会怎么做，就点哪个。",
	HintWait:  "在%s的手机上点一下回答，或者让时间过两分钟。",
	HintRest:  "在哪部手机上都能写字、点按钮、发照片，看看别人收到什么。上午10点食堂会问明天的饭：点“工具”，让时间过去。",
	HintOpen:  "%s收到了消息。点上面的“更多手机”，打开来看。",

	HintTrouble: "%s点上面的“工具”，可以恢复。",

	About:     "这是什么？",
	AboutWhat: "邻里是给社区用的 Telegram 机器人。谁家门口有东西坏了，拍张照片发来；值班的人有名有姓，亲自去；修没修好，由报事的人说了算。这里还有食堂：老人点一下就订好饭，志愿者送上门。",
	AboutHow:  "这里每部手机都在和机器人真的对话。您一个人演所有的人：在一部手机上写字、点按钮、发照片，看别的手机收到什么。",
	AboutData: "一切都在这台电脑上运行，什么也不会传出去，人物都是虚构的。",
	Clock:     "这里的时间",
	Skip:      "过两分钟",
	Skipped:   "过了两分钟，现在是%s。",
	More:      "更多手机",
	Open:      "打开%s的手机",
	Close:     "关上%s的手机",
	NoPhone:   "没有打开的手机，请在上面打开一部。",
	Members:   "手机",

	Bot:       "机器人",
	Typing:    "正在输入…",
	Chat:      "%s手机上的消息",
	Empty:     "这里还没有人说话。",
	Start:     "开始",
	Write:     "写消息",
	Send:      "发送",
	Attach:    "发照片、语音或位置",
	Menu:      "菜单",
	Keys:      "回答键",
	Photo:     "照片",
	Video:     "视频",
	Voice:     "语音，%s",
	Place:     "地图上的位置",
	Contact:   "电话号码",
	Sticker:   "这个页面显示不了的内容",
	Forwarded: "转发自%s",
	Edited:    "已编辑",
	Silent:    "静音发送",
	Pinned:    "已置顶",
	OK:        "好",

	Samples: map[string]string{
		"lamp":    "坏了的灯",
		"lit":     "灯修好了",
		"hole":    "路上有坑",
		"leak":    "水管漏水",
		"album":   "两张照片",
		"forward": "转发的照片",
		"voice":   "语音 6 秒",
		"place":   "我的位置",
	},

	Failed:   "没有发出去，请再试一次。",
	Gone:     "这个按钮已经不在了。",
	NoAnswer: "机器人还没有回应这一下。",
	Nothing:  "还没有可发的内容。",
	Lost:     "连接断了，正在重试……",

	Tools:          "工具",
	ToolsClose:     "关上工具",
	ClockTo:        "让时间过到",
	Go:             "到那时",
	Hour:           "过一小时",
	Morning:        "明天9:00",
	NowIs:          "现在是%s。",
	NoMoment:       "请选日期和时间。",
	Backwards:      "这里的时间只能往前走：说过的话收不回来。",
	TooFar:         "一次最多过一年。",
	GroupWithout:   "小帮手不在这个群里。",
	AddBot:         "加小帮手进群",
	RemoveBot:      "请小帮手出群",
	OpenOn:         "在别的手机上打开",
	NoGroup:        "这里的群，小帮手都在。",
	File:           "文件",
	ChooseFile:     "文件，比如表格",
	SendFile:       "发这个文件",
	NoFile:         "请先选一个文件。",
	WriteAs:        "用谁的名字写",
	Services:       map[string]string{"joined": "%s进群了", "left": "%s离开了群"},
	Looks:          "眼睛和手",
	TextSize:       "字号",
	Grey:           "黑白",
	Shaky:          "手抖",
	SlipBeside:     "手一抖，点到了“%s”。",
	SlipTwice:      "手一抖，点了两下。",
	Trouble:        "要是出了事",
	Inspect:        "看%s手机背后的事",
	Behind:         "%s手机背后",
	CloseInspector: "关上",
	NothingYet:     "还没有发生什么。",
	NoRows:         "改了哪些行，现在读不出来。",
	Elsewhere:      "由别处引起",
	In:             "收到的更新",
	Calls:          "发出的调用",
	Rows:           "改动的行",
	Record:         "从%s的手机开始录",
	StopRecord:     "结束%s的录制",
	Download:       "保存",
	RecordBegan:    "开始录了：所有手机上的事都会记下来。",
	RecordEnded:    "录好了，可以保存。",
	Recorded:       "在街景页面上录制，从%s的手机开始。",
	Troubles: map[string]troubleWords{
		"down": {
			"Telegram 断了", "Telegram 恢复", "Telegram 断了：收不到，也发不出。",
			"Telegram 现在断了。", "Telegram 恢复了，等着的正在路上。",
		},
		"storm": {
			"调用太多", "调用太多", "Telegram 在拒绝调用。",
			"接下来的调用会被 Telegram 拒绝，要等5秒。", "Telegram 又接受调用了。",
		},
		"twice": {
			"更新来两次", "更新来两次", "下一个更新会来两次。",
			"接下来做的事，机器人会收到两次。", "更新又只来一次了。",
		},
		"kill": {
			"杀掉机器人", "杀掉机器人", "机器人被杀掉了，正在重新启动……",
			"机器人被杀掉后又活过来了。没办完的，一分钟内接着办。", "机器人活着。",
		},
	},

	ForwardedFrom: "本地新闻",

	weekdays: [7]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
	day: func(w words, t time.Time) string {
		return fmt.Sprintf("%d月%d日 %s", t.Month(), t.Day(), w.weekdays[t.Weekday()])
	},
}
