package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/linli-bot/linli/internal/access"
	"github.com/linli-bot/linli/internal/botapi"
	"github.com/linli-bot/linli/internal/community"
	"github.com/linli-bot/linli/internal/config"
	"github.com/linli-bot/linli/internal/groups"
	"github.com/linli-bot/linli/internal/people"
	"github.com/linli-bot/linli/internal/setup"
	"github.com/linli-bot/linli/internal/street"
)

// town is one sample community of the demo: the Chinese page shows one, the
// English page the other, each with a bot of its own.
type town struct {
	lang, token   string
	name, botName string
	bot           *botapi.Bot
	groupName     string
	group         *botapi.Group // of building 3, where everybody lives
	newGroupName  string
	newGroup      *botapi.Group // in which the bot is not yet
	neighbours    []neighbour
}

const townZone = "Asia/Shanghai"

// townPlace is where everybody is when they send their place.
var townPlace = botapi.Point{Latitude: 37.5, Longitude: 121.4}

// botID is the number that the token begins with.
func (t town) botID() int64 {
	id, _ := botID(config.NewSecret(t.token)) // the tokens of the sample towns are well formed
	return id
}

// neighbour is somebody who lives in a town. One without a name has never met
// the bot: that phone begins with Start.
type neighbour struct {
	key, called string
	account     botapi.Account
	roleEn      string
	roleZh      string
	role        access.Role
	born        int
	phone       string
	entrance    int
	flat        string
	open        bool
}

func towns(api *botapi.Server) []town {
	zh := town{lang: "zh", token: "7000001:demo-zh", name: "海阳社区", botName: "海阳小帮手", groupName: "3号楼邻居群", newGroupName: "志愿者群", neighbours: []neighbour{
		{
			key: "resident", called: "王秀兰", roleZh: "居民，75岁", roleEn: "resident, 75", born: 1951,
			account: botapi.Account{ID: 1001, FirstName: "秀兰", LanguageCode: "zh-hans"},
			phone:   "0535-555-0101", entrance: 2, flat: "501", open: true,
		},
		{
			key: "member", called: "李卫东", roleZh: "值班党员", roleEn: "party member on duty", role: access.Member, born: 1979,
			account: botapi.Account{ID: 1002, FirstName: "卫东", LanguageCode: "zh-hans"}, phone: "0535-555-0102", entrance: 1, open: true,
		},
		{
			key: "newcomer", roleZh: "新来的居民", roleEn: "a resident who is new",
			account: botapi.Account{ID: 1003, FirstName: "美玲", LanguageCode: "zh-hans"},
		},
		{
			key: "member2", called: "张敏", roleZh: "另一位党员，送饭", roleEn: "another member, brings lunch", role: access.Member, born: 1985,
			account: botapi.Account{ID: 1004, FirstName: "张敏", LanguageCode: "zh-hans"}, phone: "0535-555-0104", entrance: 3,
		},
		{
			key: "secretary", called: "陈书记", roleZh: "书记", roleEn: "secretary", role: access.Secretary, born: 1972,
			account: botapi.Account{ID: 1005, FirstName: "陈刚", LanguageCode: "zh-hans"}, phone: "0535-555-0105", entrance: 1,
		},
		{
			key: "daughter", called: "王晓梅", roleZh: "王秀兰的女儿", roleEn: "the daughter of 王秀兰", born: 1977,
			account: botapi.Account{ID: 1006, FirstName: "晓梅", LanguageCode: "zh-hans"}, phone: "0535-555-0106", entrance: 3, flat: "302",
		},
		{
			key: "kitchen", called: "刘桂芳", roleZh: "食堂负责人，志愿者", roleEn: "leads the kitchen, a volunteer", born: 1958,
			account: botapi.Account{ID: 1007, FirstName: "桂芳", LanguageCode: "zh-hans"}, phone: "0535-555-0107", entrance: 1, flat: "102",
		},
	}}
	en := town{lang: "en", token: "7000002:demo-en", name: "Haiyang", botName: "Haiyang helper", groupName: "Neighbours of building 3", newGroupName: "Volunteers", neighbours: []neighbour{
		{
			key: "resident", called: "Margaret", roleZh: "居民，75岁", roleEn: "resident, 75", born: 1951,
			account: botapi.Account{ID: 2001, FirstName: "Margaret", LanguageCode: "en"},
			phone:   "555-0101", entrance: 2, flat: "501", open: true,
		},
		{
			key: "member", called: "Daniel", roleZh: "值班党员", roleEn: "party member on duty", role: access.Member, born: 1979,
			account: botapi.Account{ID: 2002, FirstName: "Daniel", LanguageCode: "en"}, phone: "555-0102", entrance: 1, open: true,
		},
		{
			key: "newcomer", roleZh: "新来的居民", roleEn: "a resident who is new",
			account: botapi.Account{ID: 2003, FirstName: "Rose", LanguageCode: "en"},
		},
		{
			key: "member2", called: "Priya", roleZh: "另一位党员，送饭", roleEn: "another member, brings lunch", role: access.Member, born: 1985,
			account: botapi.Account{ID: 2004, FirstName: "Priya", LanguageCode: "en"}, phone: "555-0104", entrance: 3,
		},
		{
			key: "secretary", called: "Helen", roleZh: "书记", roleEn: "secretary", role: access.Secretary, born: 1972,
			account: botapi.Account{ID: 2005, FirstName: "Helen", LanguageCode: "en"}, phone: "555-0105", entrance: 1,
		},
		{
			key: "daughter", called: "Susan", roleZh: "Margaret 的女儿", roleEn: "Margaret's daughter", born: 1977,
			account: botapi.Account{ID: 2006, FirstName: "Susan", LanguageCode: "en"}, phone: "555-0106", entrance: 3, flat: "302",
		},
		{
			key: "kitchen", called: "Joan", roleZh: "食堂负责人，志愿者", roleEn: "leads the kitchen, a volunteer", born: 1958,
			account: botapi.Account{ID: 2007, FirstName: "Joan", LanguageCode: "en"}, phone: "555-0107", entrance: 1, flat: "102",
		},
	}}
	zh.bot = api.AddBot(zh.token, "haiyang_bot", zh.botName)
	en.bot = api.AddBot(en.token, "haiyang_en_bot", en.botName)
	zh.group, en.group = zh.gather(-1003000000001, zh.groupName), en.gather(-1003000000002, en.groupName)
	zh.newGroup, en.newGroup = zh.gather(-3000003, zh.newGroupName), en.gather(-3000004, en.newGroupName)
	return []town{zh, en}
}

// gather makes a group: the secretary's, with everybody who is on the register.
func (t town) gather(id int64, title string) *botapi.Group {
	options := botapi.GroupOptions{ID: id, Title: title}
	for _, n := range t.neighbours {
		switch {
		case n.role == access.Secretary:
			options.Owner = t.bot.Phone(n.account)
		case n.called != "":
			options.Members = append(options.Members, t.bot.Phone(n.account))
		}
	}
	return t.bot.Group(options)
}

func (t town) zone() *time.Location { return community.Community{Zone: townZone}.Location() }

// settle makes the town through the same verbs that a real one is made by. One
// that was kept from an earlier day is left as it is.
func (t town) settle(ctx context.Context, a *app) error {
	c, err := a.communities.ByBot(ctx, t.botID())
	if err != nil {
		return fmt.Errorf("town %s: %w", t.lang, err)
	}
	if built, err := a.communities.Buildings(ctx, c.ID); err != nil || len(built) > 0 {
		return err
	}
	secretary, err := t.elect(ctx, a, c)
	if err != nil {
		return fmt.Errorf("town %s: %w", t.lang, err)
	}
	home, err := t.build(ctx, a, secretary)
	if err != nil {
		return fmt.Errorf("town %s: %w", t.lang, err)
	}
	for _, n := range t.neighbours {
		if n.called == "" || slices.Contains(hallPhones, n.key) {
			continue
		}
		if err := t.enter(ctx, a, secretary, n, home); err != nil {
			return fmt.Errorf("town %s: %w", t.lang, err)
		}
	}
	if err := t.people(ctx, a, secretary, home); err != nil {
		return fmt.Errorf("town %s: %w", t.lang, err)
	}
	return nil
}

// elect claims the community for its secretary, as a link from the terminal does.
func (t town) elect(ctx context.Context, a *app, c community.Community) (people.Actor, error) {
	for _, n := range t.neighbours {
		if n.role != access.Secretary {
			continue
		}
		p, err := a.people.Meet(ctx, c.ID, people.Telegram{ID: n.account.ID, FirstName: n.account.FirstName, Language: t.lang})
		if err != nil {
			return people.Actor{}, err
		}
		token, err := a.people.NewClaim(ctx, c.ID, false)
		if err != nil {
			return people.Actor{}, err
		}
		if err := a.people.Redeem(ctx, c.ID, p.ID, token); err != nil {
			return people.Actor{}, err
		}
		return a.people.Actor(ctx, c.ID, p.ID)
	}
	return people.Actor{}, errors.New("nobody to be secretary")
}

// build makes the community of the documented example file; the third of its
// houses is everybody's home.
func (t town) build(ctx context.Context, a *app, by people.Actor) (home community.Building, err error) {
	text, err := setup.Example(t.lang)
	if err != nil {
		return home, err
	}
	file, err := a.setup.Parse(text, t.lang)
	if err != nil {
		return home, err
	}
	if _, err := a.setup.Apply(ctx, by.Community, file, false); err != nil {
		return home, err
	}
	buildings, err := a.communities.Buildings(ctx, by.Community)
	if err != nil {
		return home, err
	}
	return buildings[2], nil
}

// enter puts a neighbour on the register, with the role that they hold.
func (t town) enter(ctx context.Context, a *app, by people.Actor, n neighbour, home community.Building) error {
	if n.role == access.Secretary {
		if _, err := a.people.Agree(ctx, by, n.called); err != nil {
			return err
		}
		_, err := a.people.Settle(ctx, by, home.ID, n.entrance, n.flat)
		return err
	}
	p, err := a.people.Register(ctx, by, people.Registration{
		Telegram: n.account.ID, Name: n.called, Language: t.lang, BirthYear: n.born, Phone: n.phone,
		Building: home.ID, Entrance: n.entrance, Flat: n.flat, Consent: true,
	})
	if err != nil || n.role == "" {
		return err
	}
	return a.people.Grant(ctx, by, p.ID, n.role, 0)
}

// moveIn lets everybody who is known press Start, so that the bot may write
// to them, and brings the bot into the group.
func (t town) moveIn() {
	for _, n := range t.neighbours {
		if n.called != "" {
			t.bot.Phone(n.account).Start("")
		}
		if n.role == access.Secretary {
			t.group.AddBot(t.bot.Phone(n.account))
		}
	}
}

// tie says what the group of the building is for, as its secretary would. The
// bot has come in by then, and said how it is reached.
func (t town) tie(ctx context.Context, a *app) error {
	c, err := a.communities.ByBot(ctx, t.botID())
	if err != nil {
		return fmt.Errorf("tie the group of town %s: %w", t.lang, err)
	}
	secretary, err := a.people.Secretary(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("tie the group of town %s: %w", t.lang, err)
	}
	g, err := a.groups.ByChat(ctx, c.ID, t.group.ID())
	if err != nil || g.Tied() { // tied on an earlier day
		return err
	}
	buildings, err := a.communities.Buildings(ctx, c.ID)
	if err != nil {
		return fmt.Errorf("tie the group of town %s: %w", t.lang, err)
	}
	_, err = a.groups.Tie(ctx, people.Actor{Community: c.ID, Person: secretary.ID}, g.ID, groups.Setting{
		Purpose: groups.Residents, Buildings: []int64{buildings[len(buildings)-1].ID}, Posts: groups.Residents.Usual(), Language: t.lang,
	})
	return err
}

func (t town) personas() []street.Persona {
	var list []street.Persona
	for _, n := range t.neighbours {
		name := n.called
		if name == "" {
			name = n.account.FirstName
		}
		n.account.Place = townPlace
		list = append(list, street.Persona{
			Key: n.key + "-" + t.lang, Lang: t.lang, Account: n.account, Open: n.open,
			Name: map[string]string{"zh": name, "en": name},
			Role: map[string]string{"zh": n.roleZh, "en": n.roleEn}, Payload: "at_b3u2",
		})
	}
	return append(list, t.chatOf("group-", t.group), t.chatOf("newgroup-", t.newGroup))
}

// chatOf is a group as its members see it.
func (t town) chatOf(key string, g *botapi.Group) street.Persona {
	return street.Persona{
		Key: key + t.lang, Lang: t.lang, Group: g,
		Name: map[string]string{"zh": g.Title(), "en": g.Title()},
		Role: map[string]string{"zh": "群", "en": "group"},
	}
}
