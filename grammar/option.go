package grammar

// parseOption reads `name: value`. Whether the option exists and takes the value
// is judged in config; here only lines without that form are dropped, with the
// daemon's one message for every failing option (reference/pve-firewall §2.2).
func (g *language) parseOption(base Base, text []byte) Line {
	line := g.scan(scanOption, text, base.Body.Start)
	words, read := line.words, g.known().options.match(line.shape)
	if !read.ok || read.taken != len(words) {
		return g.dropped(base, text, g.badOption(text))
	}
	o := g.options.next(g.few())
	o.Base, o.Name = base, placeOf(read.tree.Name).of(words)
	o.Value = Word{o.Name.End + 1, o.Name.End + 1}
	if value := read.tree.Value; value != nil {
		o.Value = placeOf(*value).of(words)
	}
	return o
}

func (g *language) badOption(text []byte) Fault {
	f := Fault{Code: optionUnparsable.Code, Message: "can't parse option '", echo: quotedEcho}
	if text[0] == '[' {
		f.Code = g.headerCode(text)
	}
	return f
}
