package packet

import (
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// Cutter makes universes of one family, one after the other, and keeps what it
// read: who analyses the rules of many guests makes one Cutter, and shared address
// sets are read once. It is not for concurrent use, nor are two of its universes.
type Cutter struct {
	reader *reader
	round  int
	parts  []*part // distinct parts of the dimension at hand
	lists  []spans // their values
	edges  []edge
}

// NewCutter makes a Cutter.
func NewCutter(f ir.Family) *Cutter { return &Cutter{reader: newReader(f)} }

// The bounds of what a Cutter keeps and makes: parts of each kind that it
// remembers, and words of all products of one universe (128 MB).
const (
	mostParts = 1 << 14
	mostWords = 1 << 24
)

// Cut makes the universe in which the matches can be told apart, and each match
// as a product in it. There are no products where they would take too much memory:
// for some ten thousand matches of as many different addresses.
func (c *Cutter) Cut(matches []*ir.Match) (*Universe, []Product) {
	u, regions := c.read(matches)
	if len(u.full)*len(regions) > mostWords {
		return u, nil
	}
	return u, u.products(regions)
}

// read makes the universe and the regions of matches.
func (c *Cutter) read(matches []*ir.Match) (*Universe, []region) {
	c.reader.forget()
	regions := make([]region, len(matches))
	for i, m := range matches {
		regions[i] = c.reader.region(m)
	}
	return c.universe(regions), regions
}

// universe cuts every dimension by the regions that limit it.
func (c *Cutter) universe(regions []region) *Universe {
	u := &Universe{family: c.reader.family, cutter: c}
	for d := range dimensions {
		c.gather(d, regions)
		u.tables[d] = c.dimension(d)
	}
	u.layOut()
	return u
}

// gather lists the distinct parts of a dimension and numbers them.
func (c *Cutter) gather(d dimension, regions []region) {
	c.round++
	c.parts = c.parts[:0]
	for i := range regions {
		if p := regions[i][d]; p != nil && p.round != c.round {
			p.round, p.index = c.round, len(c.parts)
			c.parts = append(c.parts, p)
		}
	}
}

func (c *Cutter) dimension(d dimension) table {
	numbers := table{}
	end := d.end(c.reader.family)
	if d.named() {
		numbers.names = namesOf(c.parts)
		end = point{0, uint64(len(numbers.names))}
		numbers.end = end
	}
	c.lists = c.lists[:0]
	for _, p := range c.parts {
		list := p.spans
		if d.named() {
			list = numbers.numbered(p)
		}
		c.lists = append(c.lists, list)
	}
	t := c.cut(end)
	t.names = numbers.names
	return t
}

func namesOf(parts []*part) []string {
	var names []string
	for _, p := range parts {
		names = append(names, p.names...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// products expresses the regions that the universe was cut by, each distinct part
// of a dimension once.
func (u *Universe) products(regions []region) []Product {
	width := len(u.full)
	all := make([]Product, len(regions))
	words := make([]uint64, width*len(regions))
	for i := range all {
		all[i] = Product(words[i*width : (i+1)*width : (i+1)*width])
		copy(all[i], u.full)
	}
	for d := range dimensions {
		u.dimensionOf(d, regions, all)
	}
	return all
}

// dimensionOf writes the labels of one dimension; a product without a value there
// becomes nil.
func (u *Universe) dimensionOf(d dimension, regions []region, all []Product) {
	c, t := u.cutter, &u.tables[d]
	c.gather(d, regions)
	if len(c.parts) == 0 {
		return
	}
	w := max(u.words[d], 1)
	labels := make([]uint64, w*len(c.parts))
	for i, p := range c.parts {
		list := p.spans
		if d.named() {
			list = t.numbered(p)
		}
		t.express(list, labels[i*w:(i+1)*w], u.count)
	}
	for i := range regions {
		p := regions[i][d]
		if p == nil || all[i] == nil {
			continue
		}
		label := labels[p.index*w : (p.index+1)*w]
		if isZero(label) {
			all[i] = nil
			continue
		}
		copy(all[i].label(u, d), label)
	}
}
