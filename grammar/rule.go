package grammar

import (
	"github.com/alecthomas/participle/v2/lexer"
)

// reading is one rule line as the grammar sees it. Its places count from the
// beginning of the trimmed line, not of the file.
type reading struct {
	text   []byte
	tokens []token
	tree   *ruleLine
	head   bool // type and action are there
	taken  int  // tokens that fit, 0 without a head
	rest   Word // what does not fit, without the comment
}

// readRule reads `[|]TYPE ACTION [FLAG VALUE]... [# comment]` by the structs of
// language.go (reference/pve-firewall §5.1 to §5.3).
func (g *language) readRule(text []byte) reading {
	r := reading{text: text, tokens: scanRule(text, 0)}
	if found := g.rules.match(rules, r.tokens); found.ok {
		r.tree, r.taken, r.head = found.tree, found.taken, true
	}
	r.rest = leftover(r.tokens, r.taken, int32(len(text)))
	return r
}

// complete reports whether the daemon keeps the line.
func (r reading) complete() bool { return r.head && r.rest.Start == r.rest.End }

// leftover is the text from the first token that was not taken to the comment,
// blanks in front of the comment included.
func leftover(tokens []token, taken int, end int32) Word {
	n := len(tokens)
	if n > 0 && tokens[n-1].kind == tComment {
		n--
		end = tokens[n].at.Start
	}
	if taken >= n {
		return Word{end, end}
	}
	return Word{tokens[taken].at.Start, end}
}

func (g *language) parseRule(base Base, text []byte) Line {
	read := g.readRule(text)
	if !read.complete() {
		return g.badRule(base, read)
	}
	r := &Rule{Base: base}
	word := func(t lexer.Token) Word { return read.tokens[t.Pos.Offset].at.behind(base.Body.Start) }
	if t := read.tree.Bar; t != nil {
		r.Bar = word(*t)
	}
	if t := read.tree.Comment; t != nil {
		at := read.tokens[t.Pos.Offset].at
		r.Comment = commentWord(text[at.Start:], at.behind(base.Body.Start))
	}
	if g := read.tree.Group; g != nil {
		g.fill(r, word)
	} else {
		read.tree.Filter.fill(r, word)
	}
	return r
}

func (g *groupRule) fill(r *Rule, word func(lexer.Token) Word) {
	r.Type, r.Action = word(g.Type), word(g.Name)
	for _, p := range g.Params {
		r.Params = append(r.Params, Param{Iface, word(p.Flag), word(p.Value)})
	}
}

func (f *filterRule) fill(r *Rule, word func(lexer.Token) Word) {
	r.Type = word(f.Type)
	if f.Macro != nil {
		r.Macro, r.Verdict = word(f.Macro.Name), word(f.Macro.Verdict)
		r.Action = Word{r.Macro.Start, r.Verdict.End + 1}
	} else {
		r.Action = word(*f.Action)
		r.Verdict = r.Action
	}
	for _, p := range f.Params {
		s := (*setting)(p.Logging)
		if p.Setting != nil {
			s = p.Setting
		}
		r.Params = append(r.Params, Param{paramKinds[s.Flag.Type], word(s.Flag), word(s.Value)})
	}
}

var paramKinds = map[lexer.TokenType]ParamKind{
	tIface: Iface, tSource: Source, tDest: Dest, tProto: Proto,
	tDPort: DPort, tSPort: SPort, tLog: Log, tICMPType: ICMPType,
}

// badRule is a dropped rule. The daemon repeats the text that it could not read:
// all but the bar, or what is behind the last good parameter.
func (g *language) badRule(base Base, read reading) *Bad {
	says, unread := "unable to parse rule parameters: ", read.rest
	if !read.head {
		says = "unable to parse rule: "
		if read.text[0] == '|' {
			unread.Start++
		}
	}
	fault := &Fault{Code: ruleUnparsable.Code, Message: says + string(read.text[unread.Start:unread.End])}
	if read.text[0] == '[' {
		fault.Code, fault.At = g.headerCode(read.text), base.Body
		return bad(base, read.text, fault)
	}
	t := read.trouble()
	if fault.At = t.at.behind(base.Body.Start); t.spacing {
		fault.Code = flagDoubleSpace.Code
	}
	return bad(base, read.text, fault)
}

// behind moves a place that counts from start to one that counts from the
// beginning of the file.
func (w Word) behind(start int32) Word { return Word{w.Start + start, w.End + start} }

// trimmed cuts white space off both ends, so that findings point at text. The
// whole line stands in where nothing is left.
func (r reading) trimmed(w Word) Word {
	for w.End > w.Start && isBlank(r.text[w.End-1]) {
		w.End--
	}
	for w.Start < w.End && isBlank(r.text[w.Start]) {
		w.Start++
	}
	if w.Start == w.End {
		return Word{0, int32(len(r.text))}
	}
	return w
}
