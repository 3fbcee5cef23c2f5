package botapi

import (
	"sort"
	"strconv"
)

// close adds the entity that the tag stands for.
func (p *htmlParser) close(tag openTag) error {
	e := entity{Offset: tag.offset, Length: p.offset - tag.offset, Type: tagKinds[tag.name]}
	switch tag.name {
	case "blockquote":
		if tag.argument != "" {
			e.Type = "expandable_blockquote"
		}
	case "tg-emoji":
		if id, err := strconv.ParseInt(tag.argument, 10, 64); err != nil || id == 0 {
			return told("Invalid custom emoji identifier specified")
		}
		e.Type, e.CustomEmojiID = "custom_emoji", tag.argument
	case "tg-time":
		if tag.unix <= 0 {
			return nil
		}
		e.Type, e.UnixTime, e.TimeFormat = "date_time", tag.unix, tag.argument
	case "a":
		link := tag.argument
		if link == "" {
			link = string(p.out[tag.textAt:])
		}
		if linked, ok := e.linkTo(link); ok {
			p.entities = append(p.entities, linked)
		}
		return nil
	case "pre", "code":
		p.closeCode(e, tag)
		return nil
	}
	p.entities = append(p.entities, e)
	return nil
}

// closeCode joins a pre and a code of the same extent into one pre with a
// language, whichever of them is the outer one.
func (p *htmlParser) closeCode(e entity, tag openTag) {
	e.Type = tag.name
	if n := len(p.entities); n > 0 {
		last := &p.entities[n-1]
		same := last.Offset == e.Offset && last.Length == e.Length
		switch {
		case same && tag.name == "pre" && last.Type == "code" && last.Language != "":
			last.Type = "pre"
			return
		case same && tag.name == "code" && last.Type == "pre" && tag.argument != "":
			last.Language = tag.argument
			return
		}
	}
	if tag.name == "code" {
		e.Language = tag.argument
	}
	p.entities = append(p.entities, e)
}

func sortEntities(list []entity) {
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].Offset != list[j].Offset {
			return list[i].Offset < list[j].Offset
		}
		return list[i].Length > list[j].Length
	})
}
