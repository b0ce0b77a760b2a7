package nft

// Identity gives the rules of a chain the ids that Build gives them, one after the
// other. A rule that has the id in its comment is the one that was built.
type Identity struct {
	digest digest
	text   []byte
}

// Identity begins with the first rule.
func (c *Chain) Identity() *Identity { return &Identity{digest: c.digest(&counts{})} }

// Of is the id that the next rule has if it consists of these statements.
func (i *Identity) Of(stmts []Stmt) string {
	i.text = appendStmts(i.text[:0], stmts)
	content := hashLine(i.digest.start, i.text)
	return idText(ruleID(mix(content, uint64(i.digest.seen.of(content)+1))))
}

// Next goes on behind a rule of these statements.
func (i *Identity) Next(stmts []Stmt) {
	i.text = appendStmts(i.text[:0], stmts)
	i.digest.add(i.text)
}

func idText(id uint32) string { return string(appendDigits(nil, uint64(id), idDigits)) }
