package assist

import (
	"fmt"
	"strings"

	"github.com/pvefw/pvefw/grammar"
	"github.com/pvefw/pvefw/internal/facts"
	"github.com/pvefw/pvefw/internal/source"
)

// Completion of everything but rules.

// headers offers the sections of this kind of file in the place of what is typed.
func (c *completion) headers(start int) {
	end := c.Offset + len(strings.TrimRight(c.rest(), " \t\r\n"))
	c.headerItems(c.source().Span(start, end))
}

var sectionDetails = [...]string{"", "what is switched on, and the policies", "names of addresses", "the rules, from top to bottom",
	"rules that guests and the host share", "a named set of addresses"}

func (c *completion) headerItems(at source.Span) {
	for _, s := range grammar.Sections(c.FW.Env) {
		item := Item{Label: "[" + s.Keyword() + "]", Kind: SectionItem, Detail: sectionDetails[s], Span: at, Sort: fmt.Sprintf("8%d", s)}
		item.Insert = item.Label
		if s == grammar.GroupSection || s == grammar.IPSetSection {
			item.Insert, item.Snippet = "["+s.Keyword()+" ${1:name}]$0", true
		}
		c.add(item)
		if s == grammar.IPSetSection && c.FW.Env.IsGuest() {
			c.filterHeaders(at)
		}
	}
}

// filterHeaders offers the sets that bound a device to its addresses.
func (c *completion) filterHeaders(at source.Span) {
	if c.Guest == nil {
		return
	}
	for _, nic := range c.Guest.NICs {
		name := "ipfilter-" + nicName(nic)
		if c.FW.Sets[name] == nil {
			c.add(Item{Label: "[IPSET " + name + "]", Kind: SectionItem, Detail: "the addresses that " + nicName(nic) + " may send from", Span: at, Sort: "86" + name})
		}
	}
}

// option completes the name or the value.
func (c *completion) option(start int) {
	typed := c.typed(start)
	colon := strings.IndexByte(typed, ':')
	if colon < 0 {
		c.optionNames(c.word(start))
		return
	}
	if o, ok := facts.OptionIn(c.FW.Env, typed[:colon]); ok {
		c.optionValues(o, start+colon+1)
	}
}

// optionNames offers the options of this kind of file that are not set yet.
func (c *completion) optionNames(at source.Span) {
	named := strings.Contains(c.lineText(), ":")
	for _, o := range facts.Options() {
		if in, ok := facts.OptionIn(c.FW.Env, o.Name); !ok || in != o {
			continue
		}
		set, isSet := c.FW.Options.Get(o.Name)
		if isSet && set.Line != c.source().Pos(c.Offset).Line {
			continue
		}
		item := Item{Label: o.Name, Kind: OptionItem, Detail: optionDetail(o), Span: at, Key: "option " + o.Name}
		if !named {
			item.Insert = o.Name + ": "
		}
		c.add(item)
	}
}

func (c *completion) lineText() string {
	if c.above == nil {
		return ""
	}
	return c.text(grammar.BaseOf(c.above).Whole())
}

func optionDetail(o *facts.Option) string {
	if o.Default == "" {
		return o.Description
	}
	return o.Description + " (default " + o.Default + ")"
}

// optionValues offers values; of lists, those that may come next.
func (c *completion) optionValues(o *facts.Option, from int) {
	for from < c.Offset && strings.ContainsAny(c.typed(from)[:1], " \t") {
		from++
	}
	at := c.source().Span(from, c.Offset+len(strings.TrimRight(c.rest(), " \t\r\n")))
	add := func(label, detail string) {
		item := Item{Label: label, Kind: ValueItem, Detail: detail, Span: at}
		if normal, _, ok := o.Parse(label); ok && normal == o.Default {
			item.Detail = strings.TrimPrefix(detail+"; the default", "; ")
		}
		if c.typed(from) == "" && strings.HasSuffix(c.typed(from-1), ":") {
			item.Insert = " " + label
		}
		c.add(item)
	}
	switch o.Type {
	case facts.HelpersType:
		at = c.listItem(at)
		for _, h := range facts.Helpers() {
			add(h.Name, fmt.Sprintf("%s port %d", h.Proto, h.Port))
		}
	case facts.EtherTypesType:
		at = c.listItem(at)
		for _, name := range facts.EtherTypeNames() {
			add(name, "")
		}
	case facts.RateLimitType:
		add(o.Default, "how many packets a logging rule writes down")
		c.add(Item{Label: "enable=1,rate=…", Kind: TemplateItem, Detail: "another rate and burst", Span: at, Snippet: true,
			Insert: "enable=1,rate=${1:1}/${2|second,minute,hour,day|},burst=${3:5}"})
	case facts.NumberType:
		if o.Name == "enable" {
			add("0", valueMeaning(o, "0"))
			add("1", valueMeaning(o, "1"))
		} else if o.Default != "" {
			add(o.Default, "")
		}
	default:
		for _, v := range o.Values() {
			add(v, valueMeaning(o, v))
		}
	}
}

// valueMeaning says what a value of an option does.
func valueMeaning(o *facts.Option, value string) string {
	switch {
	case value == "1":
		return "on"
	case value == "0":
		return "off"
	case o.Type == facts.LevelType && value == "nolog":
		return "nothing is written"
	}
	return ""
}

// listItem is the item of a comma list that the cursor is in.
func (c *completion) listItem(at source.Span) source.Span {
	typed := c.typed(int(at.Start))
	at.Start += int32(strings.LastIndexByte(typed, ',') + 1)
	rest := at.Text()[c.Offset-int(at.Start):]
	if i := strings.IndexByte(rest, ','); i >= 0 {
		at.End = int32(c.Offset + i)
	}
	return at
}

// aliasLine has a name and an address; only one blank may stand between.
func (c *completion) aliasLine(start int) {
	if !strings.ContainsAny(c.typed(start), " \t") {
		c.aliasTemplate(c.word(start))
	}
}

func (c *completion) aliasTemplate(at source.Span) {
	c.add(Item{Label: "NAME ADDRESS", Kind: TemplateItem, Detail: "a name for an address or a network", Span: at, Insert: "${1:name} ${2:192.0.2.0/24}$0", Snippet: true})
	if a, _ := c.Config.FindAlias(c.FW, "local_network"); a == nil && c.FW.Env == facts.Cluster {
		c.add(Item{Label: "local_network", Kind: AliasItem, Detail: "the network from which nodes are managed", Span: at, Insert: "local_network ${1:192.0.2.0/24}$0", Snippet: true})
	}
}

// entry completes an entry of a set: one alias, or an address that only its writer
// knows.
func (c *completion) entry(start int) {
	typed := c.typed(start)
	bang := ""
	if strings.HasPrefix(typed, "!") {
		bang = "!"
		start++
	}
	start += len(c.typed(start)) - len(strings.TrimLeft(c.typed(start), " \t"))
	if !strings.ContainsAny(c.typed(start), " \t") {
		c.entryNames(c.word(start), bang)
	}
}

func (c *completion) entryNames(at source.Span, bang string) {
	c.aliases(at)
	if bang == "" && at.Start == at.End {
		c.add(Item{Label: "!", Kind: KeywordItem, Detail: "leave what follows out of the set", Span: at, Sort: "7"})
	}
}

// comment offers, where a directive is being written, the codes of the findings of
// the line.
func (c *completion) comment(start int) {
	const marker = "pvefw:ignore"
	typed := c.typed(start)
	i := strings.LastIndex(typed, marker)
	if i < 0 {
		if len(c.findings(c.lineSpan())) > 0 && strings.TrimLeft(typed, "# \t") == "" {
			c.add(Item{Label: marker, Kind: KeywordItem, Detail: "silence a finding of this line, with a reason", Span: c.here(), Insert: marker + " "})
		}
		return
	}
	from := start + i + len(marker)
	if strings.Count(strings.TrimLeft(c.typed(from), " "), " ") > 0 || !strings.HasPrefix(c.typed(from), " ") {
		return
	}
	seen := map[string]bool{}
	for _, d := range c.findings(c.lineSpan()) {
		if code := d.Rule.Code; !seen[code] {
			seen[code] = true
			c.add(Item{Label: code, Kind: ValueItem, Detail: d.Rule.Title, Span: c.word(from), Insert: code + " ${1:reason}$0", Snippet: true})
		}
	}
}

func (c *completion) lineSpan() source.Span { return c.span(grammar.BaseOf(c.above).Whole()) }
