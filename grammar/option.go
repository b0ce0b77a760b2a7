package grammar

// parseOption reads `name: value`. Whether the option exists and takes the value
// is judged in config; here only lines without that form are dropped, with the
// daemon's one message for every failing option (reference/pve-firewall §2.2).
func (g *language) parseOption(base Base, body Word) Line {
	line := g.scan.split(scanOption, body)
	read := g.known().options.match(line.shape)
	if !read.ok || read.taken != line.count() {
		return g.dropped(base, body, g.badOption(body))
	}
	o := g.options.next(g.few())
	o.Base, o.Name = base, line.word(placeOf(read.tree.Name))
	o.Value = Word{o.Name.End + 1, o.Name.End + 1}
	if value := read.tree.Value; value != nil {
		o.Value = line.word(placeOf(*value))
	}
	return o
}

func (g *language) badOption(body Word) Fault {
	f := Fault{Code: optionUnparsable.Code, Message: "can't parse option '", echo: quotedEcho}
	if g.bytes(body)[0] == '[' {
		f.Code = g.headerCode(body)
	}
	return f
}
