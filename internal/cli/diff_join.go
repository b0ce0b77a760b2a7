package cli

import (
	"fmt"
	"slices"
	"strings"
)

// joined shows lists to which the same happens as one: first the families of an
// endpoint, then endpoints.
func joined(list []*shownEndpoint) []*shownEndpoint {
	list = join(list, (*shownEndpoint).kind, (*shownEndpoint).bothFamilies)
	return join(list, func(e *shownEndpoint) string { return strings.Join(e.families, " ") + e.signature() },
		func(a, b *shownEndpoint) {
			a.names, a.nodes = append(a.names, b.names...), append(a.nodes, b.nodes...)
		})
}

// kind is the same for the families of an endpoint that differ in addresses only.
func (e *shownEndpoint) kind() string {
	var b strings.Builder
	fmt.Fprint(&b, e.nodes[0], " ", e.names[0], e.dir, e.class, e.presence, e.unknown)
	for i := range e.changes {
		b.WriteString("|" + e.changes[i].key())
	}
	return b.String()
}

// bothFamilies takes the other family in; boxes that only one of them has say which.
func (e *shownEndpoint) bothFamilies(other *shownEndpoint) {
	for i := range e.changes {
		mine, theirs := &e.changes[i], &other.changes[i]
		mine.more = mine.more || theirs.more
		mine.before.more, mine.after.more = max(mine.before.more, theirs.before.more), max(mine.after.more, theirs.after.more)
		if slices.Equal(mine.boxes, theirs.boxes) {
			continue
		}
		var boxes []string
		for _, b := range mine.boxes {
			if slices.Contains(theirs.boxes, b) {
				boxes = append(boxes, b)
			} else {
				boxes = append(boxes, e.families[0]+" "+b)
			}
		}
		for _, b := range theirs.boxes {
			if !slices.Contains(mine.boxes, b) {
				boxes = append(boxes, other.families[0]+" "+b)
			}
		}
		mine.boxes = boxes
	}
	e.families = append(e.families, other.families...)
}

func join(list []*shownEndpoint, key func(*shownEndpoint) string, merge func(a, b *shownEndpoint)) []*shownEndpoint {
	seen := map[string]*shownEndpoint{}
	var out []*shownEndpoint
	for _, e := range list {
		k := key(e)
		if seen[k] != nil {
			merge(seen[k], e)
			continue
		}
		seen[k] = e
		out = append(out, e)
	}
	return out
}
