package packet

import (
	"math/rand/v2"
	"slices"

	"github.com/pvefw/pvefw/ir"
)

// Sieve finds, among very many matches, those that have packets in common with
// one of them, without a universe for all: for lists whose rules name thousands of
// addresses. It is exact. It belongs to its Cutter and is not for concurrent use.
type Sieve struct {
	family  ir.Family
	regions []region
	dim     dimension // by whose values the matches are sorted into buckets
	bounds  []point   // first value of each bucket but the first
	buckets [][]int32 // matches by bucket, ascending
	broad   []int32   // those of more than mostBuckets buckets
	spread  []bool    // by match: it is in broad
	seen    []int32   // by match: the last Near that visited it
	round   int32
}

// mostBuckets is how many buckets a match may be in; bucketSize how many matches
// share one if they are spread evenly.
const (
	mostBuckets = 8
	bucketSize  = 16
)

// Sieve makes the sieve of matches.
func (c *Cutter) Sieve(matches []*ir.Match) *Sieve {
	c.reader.forget()
	s := &Sieve{family: c.reader.family, regions: make([]region, len(matches)), spread: make([]bool, len(matches)), seen: make([]int32, len(matches))}
	for i, m := range matches {
		s.regions[i] = c.reader.region(m)
	}
	s.divide()
	for i := range s.regions {
		s.sort(i)
	}
	return s
}

// divide chooses the dimension in which the matches differ most, and the bounds.
func (s *Sieve) divide() {
	var best []point
	for _, d := range []dimension{dimSource, dimDest, dimDetail} {
		var firsts []point
		for i := range s.regions {
			if p := s.regions[i][d]; p != nil && len(p.spans) > 0 && len(p.spans) <= mostBuckets {
				firsts = append(firsts, p.spans[0].first)
			}
		}
		slices.SortFunc(firsts, point.compare)
		if firsts = slices.Compact(firsts); len(firsts) > len(best) {
			s.dim, best = d, firsts
		}
	}
	for i := bucketSize; i < len(best); i += bucketSize {
		s.bounds = append(s.bounds, best[i])
	}
	s.buckets = make([][]int32, len(s.bounds)+1)
}

// bucket is the one that holds a value.
func (s *Sieve) bucket(p point) int {
	i, found := slices.BinarySearchFunc(s.bounds, p, point.compare)
	if found {
		return i + 1
	}
	return i
}

// within lists the buckets of a match; nil for too many.
func (s *Sieve) within(i int) []int {
	p := s.regions[i][s.dim]
	if p == nil {
		return nil
	}
	list := []int{}
	for _, r := range p.spans {
		first, last := s.bucket(r.first), s.bucket(r.last)
		if len(list)+last-first >= mostBuckets {
			return nil
		}
		for b := first; b <= last; b++ {
			if len(list) == 0 || list[len(list)-1] != b {
				list = append(list, b)
			}
		}
	}
	return list
}

func (s *Sieve) sort(i int) {
	list := s.within(i)
	if list == nil {
		s.broad, s.spread[i] = append(s.broad, int32(i)), true
	}
	for _, b := range list {
		s.buckets[b] = append(s.buckets[b], int32(i))
	}
}

// Near returns those of the other matches that are wanted and have a packet in
// common with match i, ascending, and how many it had to look at.
func (s *Sieve) Near(i int, wanted func(int) bool) (near []int, looked int) {
	s.round++
	s.seen[i] = s.round
	visit := func(k int32) {
		if s.seen[k] != s.round {
			s.seen[k], looked = s.round, looked+1
			if wanted(int(k)) && s.regions[i].meets(&s.regions[k]) {
				near = append(near, int(k))
			}
		}
	}
	if s.spread[i] {
		for k := range s.regions {
			visit(int32(k))
		}
		return near, looked
	}
	for _, b := range s.within(i) {
		for _, k := range s.buckets[b] {
			visit(k)
		}
	}
	for _, k := range s.broad {
		visit(k)
	}
	slices.Sort(near)
	return near, looked
}

// meets reports whether two conjunctions have a packet in common.
func (g *region) meets(o *region) bool {
	for d := range dimensions {
		a, b := g[d], o[d]
		switch {
		case a != nil && a.nothing() || b != nil && b.nothing():
			return false
		case a == nil || b == nil:
		case d.named() && !namesMeet(a, b), !d.named() && !spansMeet(a.spans, b.spans):
			return false
		}
	}
	return true
}

// nothing reports whether no value is in the part.
func (p *part) nothing() bool { return len(p.spans) == 0 && len(p.names) == 0 && !p.outside }

func spansMeet(a, b spans) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].last.less(b[j].first):
			i++
		case b[j].last.less(a[i].first):
			j++
		default:
			return true
		}
	}
	return false
}

// namesMeet: of names without end two complements always have some in common.
func namesMeet(a, b *part) bool {
	if a.outside && b.outside {
		return true
	}
	if a.outside {
		a, b = b, a
	}
	return slices.ContainsFunc(a.names, func(n string) bool { return slices.Contains(b.names, n) != b.outside })
}

// tries is how many packets Escapes draws.
const tries = 64

// Escapes looks for a packet of match i that none of the others takes, among some
// drawn at random: true is certain, false says nothing.
func (s *Sieve) Escapes(i int, others []int) bool {
	draw := rand.New(rand.NewPCG(uint64(i), uint64(len(others))))
	for range tries {
		var at region
		for d := range dimensions {
			at[d] = s.regions[i][d].one(d, s.family, draw)
			if at[d] == nil {
				return false
			}
		}
		if !slices.ContainsFunc(others, func(k int) bool { return at.meets(&s.regions[k]) }) {
			return true
		}
	}
	return false
}

// one is a single value of a part; nil where there is none, or no name at hand. A
// name that no match uses is as good as any.
func (p *part) one(d dimension, f ir.Family, draw *rand.Rand) *part {
	switch {
	case d.named() && (p == nil || p.outside):
		return &part{names: []string{"\x00none"}}
	case d.named() && len(p.names) > 0:
		return &part{names: p.names[:1]}
	case d.named(), p != nil && len(p.spans) == 0:
		return nil
	}
	s := span{last: d.end(f)}
	if p != nil {
		s = p.spans[draw.IntN(len(p.spans))]
	}
	v := s.first
	if wide := s.last.hi - s.first.hi; wide > 0 {
		v = point{s.first.hi + draw.Uint64N(wide), draw.Uint64()}
	} else if s.last.lo != s.first.lo {
		v.lo += draw.Uint64() % (s.last.lo - s.first.lo)
	}
	return &part{spans: spans{{v, v}}}
}
