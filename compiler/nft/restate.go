package nft

import "strconv"

// Restate returns the hash of a chain's content as it stands, which is Hash where nobody
// changed the chain behind its back.
func (c *Chain) Restate() string {
	var b []byte
	d := c.digest(&counts{})
	for _, r := range c.Rules {
		b = appendStmts(b[:0], r.Stmts)
		d.add(b)
	}
	return d.String()
}

// digest is the hash of a chain's content in the making.
type digest struct {
	start, whole uint64
	seen         *counts // of rules that were there before
}

func (c *Chain) digest(seen *counts) digest {
	d := digest{start: hashText(hashStart, c.Name), seen: seen}
	d.whole = d.start
	if c.Hook != nil {
		d.whole = hashText(d.whole, c.Hook.Point.String()+strconv.Itoa(int(c.Hook.Priority)))
	}
	return d
}

// add takes a rule's statements and returns the rule's id.
func (d *digest) add(text []byte) uint32 {
	content := hashLine(d.start, text)
	h := mix(content, uint64(d.seen.add(content)))
	d.whole = mix(d.whole, h)
	return ruleID(h)
}

// ruleID is the id of a rule by the hash of its content and of its place among equals.
func ruleID(h uint64) uint32 { return uint32(h>>32) ^ uint32(h) }

// String is the hash as 16 hex digits.
func (d *digest) String() string {
	var digits [hashDigits]byte
	return string(appendDigits(digits[:0], d.whole, hashDigits))
}

// Text is the rule in the words of the script, without its comment.
func (r *Rule) Text() string { return string(appendStmts(nil, r.Stmts)) }
