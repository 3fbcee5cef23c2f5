package main

import "github.com/linli-bot/linli/internal/lunch"

// habit is how somebody of a town who has no phone on the page orders lunch.
type habit int

const (
	stands habit = iota // every day, without a word
	says                // by themselves, in the course of the day
	phoned              // when somebody calls
)

// eater is a diner of the towns, the same in each but for the name.
type eater struct {
	name     map[string]string
	habit    habit
	mode     lunch.Mode
	portions int
	diet     lunch.Diet
}

func both(zh, en string) map[string]string { return map[string]string{"zh": zh, "en": en} }

// eaters are who eats in the towns beside those who are played.
var eaters = []eater{
	{name: both("郑玉兰", "Agnes"), habit: stands},
	{name: both("钱志强", "Walter"), habit: stands, mode: lunch.Eat},
	{name: both("冯淑珍", "Beryl"), habit: stands, diet: lunch.Soft},
	{name: both("蒋文华", "Harold"), habit: says},
	{name: both("沈秀英", "Ruth"), habit: phoned},
	{name: both("韩德明", "Stanley"), habit: stands, portions: 2},
	{name: both("杨桂兰", "Ivy"), habit: says, mode: lunch.Eat},
	{name: both("朱永福", "Leonard"), habit: stands, diet: lunch.Diabetic},
	{name: both("秦玉珍", "Nora"), habit: phoned},
	{name: both("许国华", "Ernest"), habit: stands},
	{name: both("何淑芬", "Mabel"), habit: says, portions: 2},
	{name: both("马广义", "Yusuf"), habit: stands, diet: lunch.Halal},
	{name: both("曹凤英", "Winifred"), habit: phoned, mode: lunch.Take},
	{name: both("严兆麟", "Cyril"), habit: stands, mode: lunch.Eat},
	{name: both("金秀梅", "Olive"), habit: says},
	{name: both("魏长庚", "Albert"), habit: stands},
	{name: both("陶素琴", "Doris"), habit: phoned, diet: lunch.Soft},
	{name: both("姜永年", "Percy"), habit: says, mode: lunch.Eat},
}

// cooks are who helps in the kitchens: the first runs it beside the lead who is played.
var cooks = map[string][]string{
	"zh": {"马师傅", "周玉梅", "胡爱华", "林淑芳", "高红霞", "罗志勇", "梁建军", "宋春燕", "唐国庆"},
	"en": {"Frank", "Grace", "Hilda", "Nancy", "Pauline", "Ray", "Trevor", "Sheila", "Victor"},
}

// phones are the numbers of the towns, gives is who pays what lunch does not bring, and
// noPaper is why there is no photo of a receipt.
var (
	phones  = map[string]string{"zh": "0535-555-01%d", "en": "555-01%d"}
	gives   = map[string]string{"zh": "街道办事处", "en": "District office"}
	noPaper = map[string]string{"zh": "菜市场没有小票", "en": "the market gives none"}
)

// dish is one of a menu: 1 and 2 are a choice.
type dish struct {
	name   string
	choice int
	ticks  []lunch.Tick
}

func either(name string, ticks ...lunch.Tick) dish { return dish{name, 1, ticks} }
func orElse(name string, ticks ...lunch.Tick) dish { return dish{name, 2, ticks} }
func with(name string, ticks ...lunch.Tick) dish   { return dish{name, 0, ticks} }

// dayMenus are what there is in the towns, one day after the other.
var dayMenus = map[string][][]dish{
	"zh": {
		{either("红烧带鱼", lunch.Fish, lunch.Salty), orElse("家常豆腐"), with("清炒油菜"), with("小米粥")},
		{either("土豆烧牛肉", lunch.Meat), orElse("香菇炒蛋", lunch.Egg), with("蒜蓉菠菜"), with("米饭")},
		{with("番茄炖鸡", lunch.Meat), with("炒冬瓜"), with("米饭")},
		{either("肉末茄子", lunch.Pork), orElse("素烧茄子"), with("紫菜汤"), with("馒头", lunch.Wheat)},
		{with("清蒸鲈鱼", lunch.Fish), with("白菜豆腐汤"), with("米饭")},
		{either("萝卜炖排骨", lunch.Pork), orElse("木耳炒蛋", lunch.Egg), with("炒油麦菜"), with("花卷", lunch.Wheat)},
	},
	"en": {
		{either("braised hairtail", lunch.Fish, lunch.Salty), orElse("home-style tofu"), with("greens"), with("millet porridge")},
		{either("beef with potatoes", lunch.Meat), orElse("eggs with mushrooms", lunch.Egg), with("spinach"), with("rice")},
		{with("chicken with tomatoes", lunch.Meat), with("winter melon"), with("rice")},
		{either("aubergine with pork", lunch.Pork), orElse("stewed aubergine"), with("seaweed soup"), with("steamed bread", lunch.Wheat)},
		{with("steamed bass", lunch.Fish), with("cabbage and tofu soup"), with("rice")},
		{either("ribs with radish", lunch.Pork), orElse("eggs with wood ears", lunch.Egg), with("lettuce"), with("rolls", lunch.Wheat)},
	},
}
