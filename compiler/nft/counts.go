package nft

// counts says how often each content was there. Nearly all chains have so few rules
// that going through a list is faster than a map, which has to be emptied for each.
type counts struct {
	few  []uint64          // the first contents
	many map[uint64]uint32 // those behind
}

const mostFew = 24

// add counts a content and returns how often it has been there by now.
func (c *counts) add(content uint64) uint32 {
	n := c.of(content) + 1
	if len(c.few) < mostFew {
		c.few = append(c.few, content)
		return n
	}
	if c.many == nil {
		c.many = map[uint64]uint32{}
	}
	c.many[content]++
	return n
}

func (c *counts) of(content uint64) uint32 {
	n := uint32(0)
	for _, before := range c.few {
		if before == content {
			n++
		}
	}
	return n + c.many[content]
}

func (c *counts) reset() {
	c.few = c.few[:0]
	clear(c.many)
}
