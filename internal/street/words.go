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
	HintRest                                 string

	About, AboutWhat, AboutHow, AboutData string
	Clock, Skip, Skipped, More, Open      string
	Close, NoPhone, Members               string

	Bot, Typing, Chat, Empty, Start               string
	Write, Send, Attach, Menu, Keys, Photo, Video string
	Voice, Place, Contact, Sticker, Forwarded     string
	Edited, Silent, OK                            string

	Samples map[string]string // what can be sent without having it: label by name

	Failed, Gone, NoAnswer, Nothing, Lost string

	ForwardedFrom string // the stranger whose picture is passed on

	weekdays [7]string
	day      func(w words, t time.Time) string
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
	HintRest:  "Write, tap or send a picture on any phone, and watch what the others are told.",

	About:     "What is this?",
	AboutWhat: "linli is a Telegram bot for a neighbourhood. Somebody sends a photo of what is broken; one named person on duty goes; and whoever reported it says whether it held.",
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
	HintRest:  "在哪部手机上都能写字、点按钮、发照片，看看别人收到什么。",

	About:     "这是什么？",
	AboutWhat: "邻里是给社区用的 Telegram 机器人。谁家门口有东西坏了，拍张照片发来；值班的人有名有姓，亲自去；修没修好，由报事的人说了算。",
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

	ForwardedFrom: "本地新闻",

	weekdays: [7]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
	day: func(w words, t time.Time) string {
		return fmt.Sprintf("%d月%d日 %s", t.Month(), t.Day(), w.weekdays[t.Weekday()])
	},
}
