package packet

// Covering is the search for a packet of a product that none of a list of products
// holds. It is what coverage of rules comes down to: far cheaper than making the
// union of the list, because it stops at the first such packet. The zero value
// with Work set is ready; it may be used again for the same universe.
type Covering struct {
	Work int    // steps left, of some 10 ns; the search gives up at 0
	Used []bool // after a Yes: which of the list took something away
	by   []Product
	u    *Universe
	heap []uint64 // copies of products, as deep as the search
}

// Covered tells whether all packets of p are in one or the other of by. All are
// of u and none is empty.
func (c *Covering) Covered(u *Universe, p Product, by []Product) Answer {
	c.u, c.by, c.heap = u, by, c.heap[:0]
	c.Used = append(c.Used[:0], make([]bool, len(by))...)
	return c.search(p, 0)
}

// search removes by[from:] from p. What differs in a dimension is searched by
// itself; what remains at the end is inside of one of the list.
func (c *Covering) search(p Product, from int) Answer {
	for k := from; k < len(c.by); k++ {
		if c.Work -= 1 + len(p)/8; c.Work < 0 {
			return Unknown
		}
		if c.u.Meets(p, c.by[k]) {
			return c.split(p, k)
		}
	}
	return No
}

// split searches what by[k], which meets p, leaves over.
func (c *Covering) split(p Product, k int) Answer {
	c.Used[k] = true
	q := c.by[k]
	base := len(c.heap)
	defer func() { c.heap = c.heap[:base] }()
	inner := c.copy(p)
	for d := range dimensions {
		at, n := c.u.offset[d], c.u.words[d]
		if n == 0 || !differs(inner[at:at+n], q[at:at+n]) {
			continue
		}
		outer := c.copy(inner)
		for i := at; i < at+n; i++ {
			outer[i] &^= q[i]
			inner[i] &= q[i]
		}
		if answer := c.search(outer, k+1); answer != Yes {
			return answer
		}
		c.heap = c.heap[:base+len(p)]
	}
	return Yes
}

func (c *Covering) copy(p Product) Product {
	at := len(c.heap)
	c.heap = append(c.heap, p...)
	return Product(c.heap[at:len(c.heap):len(c.heap)])
}
