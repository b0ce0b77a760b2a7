package grammar

import "strings"

// reading is one rule line as the grammar sees it. Its places count from the
// beginning of the trimmed line, not of the file.
type reading struct {
	text []byte
	tokens
	tree  *ruleLine
	plan  *rulePlan
	head  bool // type and action are there
	taken int  // tokens that fit, 0 without a head
	rest  Word // what does not fit, without the comment
}

// readRule reads `[|]TYPE ACTION [FLAG VALUE]... [# comment]` by the structs of
// language.go (reference/pve-firewall §5.1 to §5.3).
func (g *language) readRule(text []byte) reading {
	line := alone(scanRule, text) // readings outlive the next line
	r := reading{text: text, tokens: line}
	if found := g.known().rule(line); found.ok {
		r.tree, r.plan, r.taken, r.head = found.tree, found.plan, found.taken, true
	}
	r.rest = r.leftover()
	return r
}

// complete reports whether the daemon keeps the line.
func (r reading) complete() bool { return r.head && r.rest.Start == r.rest.End }

// leftover is the text from the first token that was not taken to the comment,
// blanks in front of the comment included.
func (r reading) leftover() Word {
	n, end := r.count(), int32(len(r.text))
	if n > 0 && r.kind(n-1) == tComment {
		n--
		end = r.starts[n]
	}
	if r.taken >= n {
		return Word{end, end}
	}
	return Word{r.starts[r.taken], end}
}

func (g *language) parseRule(base Base, body Word) Line {
	line := g.scan.split(scanRule, body)
	found := g.known().rule(line)
	if !found.ok || found.taken != line.count() {
		return g.badRule(base, body, g.readRule(g.bytes(body)))
	}
	r := g.rules.next(g.many())
	r.Base, r.plan = base, found.plan
	r.tokens = int32(len(g.kept))
	if body.End-base.start > narrow {
		r.plan = g.keepWide(found.plan, line.starts, base.start)
		return r
	}
	g.keep(line.starts, base.start)
	return r
}

// badRule is a dropped rule. The daemon repeats the text that it could not read:
// all but the bar, or what is behind the last good parameter.
func (g *language) badRule(base Base, body Word, read reading) *Bad {
	fault := Fault{Code: ruleUnparsable.Code, Message: "unable to parse rule: "}
	switch {
	case read.head:
		fault.Message = "unable to parse rule parameters: " + string(read.cut(read.rest))
	case read.text[0] == '|' || read.rest.End < int32(len(read.text)):
		fault.Message += strings.TrimPrefix(string(read.cut(read.rest)), "|")
	default:
		fault.echo = bareEcho
	}
	if read.text[0] == '[' {
		fault.Code = g.headerCode(body)
		return g.dropped(base, body, fault)
	}
	t := read.trouble()
	if t.spacing {
		fault.Code = flagDoubleSpace.Code
	}
	if at := t.at.behind(body.Start); at != body {
		fault.At = at
	}
	return g.dropped(base, body, fault)
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
