package assist

import (
	"slices"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Item is something that may be written at a place.
type Item struct {
	Label  string
	Kind   ItemKind
	Detail string // one line: what it stands for
	// Useless says why Proxmox would not find it here; such items come last.
	Useless string
	Span    source.Span // what Insert replaces; it ends at the cursor or behind it
	Insert  string
	Snippet bool   // Insert has tab stops: $1, ${1:text}, ${1|a,b|}, $0
	Sort    string // items are shown in the order of these
	Key     string // for Document
}

// ItemKind says what an item is, for the sign beside it.
type ItemKind uint8

// The kinds of items.
const (
	SectionItem ItemKind = iota
	OptionItem
	ValueItem
	KeywordItem
	MacroItem
	FlagItem
	AliasItem
	SetItem
	GroupItem
	NICItem
	TemplateItem
)

// mostItems bounds what a completion returns.
const mostItems = 2000

// Complete lists what may be written at a place. It looks at the file and the
// datacenter's definitions, never at other guests. Where there is too much, only some
// of what has the letters typed so far comes, and whole is false.
func (p Place) Complete() (items []Item, whole bool) {
	items = p.items()
	if len(items) <= mostItems {
		return items, true
	}
	items = slices.DeleteFunc(items, func(i Item) bool {
		typed := i.Span.Text()[:p.Offset-int(i.Span.Start)]
		return !subsequence(strings.ToLower(typed), strings.ToLower(i.Label))
	})
	return items[:min(len(items), mostItems)], false
}

func (p Place) items() []Item {
	c := &completion{Place: p, above: p.line()}
	if c.above == nil {
		c.blank()
		return c.items
	}
	start, end := c.bounds()
	switch h := p.section(); {
	case p.Offset > end:
		c.comment(end)
	case strings.HasPrefix(c.typed(start), "["):
		c.headers(start)
	case start == p.Offset && strings.TrimSpace(c.rest()) == "":
		c.blank()
	case h == nil:
	case h.Section == grammar.Options:
		c.option(start)
	case h.Section == grammar.Aliases:
		c.aliasLine(start)
	case h.Section == grammar.IPSetSection:
		c.entry(start)
	default:
		c.rule()
	}
	return c.items
}

// completion is one call of Complete.
type completion struct {
	Place
	above grammar.Line // the line of the cursor
	items []Item
}

// bounds are where the line's text begins and where its comment does.
func (c *completion) bounds() (start, end int) {
	body := grammar.BaseOf(c.above).Body()
	return min(int(body.Start), c.Offset), int(commentStart(c.FW.File, c.above))
}

// typed is the text in front of the cursor, from an offset on.
func (c *completion) typed(from int) string {
	return c.text(grammar.Word{Start: int32(from), End: int32(c.Offset)})
}

// rest is the text of the line behind the cursor.
func (c *completion) rest() string {
	return c.text(grammar.Word{Start: int32(c.Offset), End: grammar.BaseOf(c.above).Whole().End})
}

// word is the run of non-blanks around the cursor, not beyond a bound.
func (c *completion) word(from int) source.Span {
	start := from + strings.LastIndexAny(c.typed(from), " \t") + 1
	rest := c.rest()
	if i := strings.IndexAny(rest, " \t\r\n#"); i >= 0 {
		rest = rest[:i]
	}
	return c.source().Span(start, c.Offset+len(rest))
}

func (c *completion) add(i Item) {
	if i.Insert == "" {
		i.Insert = i.Label
	}
	if i.Sort == "" {
		i.Sort = "5" + i.Label
	}
	if i.Useless != "" {
		i.Sort = "9" + i.Label
	}
	c.items = append(c.items, i)
}

// here is the empty span at the cursor.
func (c *completion) here() source.Span { return c.source().Span(c.Offset, c.Offset) }

// blank offers everything that a line of the section may begin with, and headers.
func (c *completion) blank() {
	at := c.here()
	if h := c.section(); h != nil {
		switch h.Section {
		case grammar.Options:
			c.optionNames(at)
		case grammar.Aliases:
			c.aliasTemplate(at)
		case grammar.IPSetSection:
			c.entryNames(at, "")
		default:
			c.types(at)
			c.templates(at)
		}
	}
	c.headerItems(at)
}

// Document explains an item by its key, in Markdown; empty for keys of no item.
func (f File) Document(key string) string {
	kind, name, _ := strings.Cut(key, " ")
	p := &page{}
	switch kind {
	case "macro":
		if m := macroOf(name); m != nil {
			describeMacro(p, m)
		}
	case "alias":
		if a, in := f.Config.FindAlias(f.FW, name); a != nil {
			f.describeAlias(p, a, in)
		}
	case "set":
		if s, in := f.Config.FindSet(f.FW, name); s != nil {
			f.describeSet(p, s, in)
		}
	case "group":
		if c := f.Config.Cluster; c != nil && c.Groups[name] != nil {
			f.describeGroup(p, c.Groups[name])
		}
	case "option":
		if o, ok := facts.OptionIn(f.FW.Env, name); ok {
			describeOption(p, o)
		}
	case "nic":
		if nic := nicOf(f.Guest, name); nic != nil {
			f.describeNIC(p, nic)
		}
	case "proto":
		describeProtocol(p, name)
	case "service":
		p.list(portPointsOf("", name))
	}
	return p.String()
}
