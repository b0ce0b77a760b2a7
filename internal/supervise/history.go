package supervise

import (
	"os"
	"slices"
	"strconv"
)

// mostHistory is how many decided changes are kept.
const mostHistory = 50

// ids lists the numbers of the changes in the history and of the pending one, in order.
func (s *Store) ids() ([]int, error) {
	entries, err := os.ReadDir(s.path("history"))
	if err != nil {
		return nil, sayf(err, "the history in %s cannot be read", s.path("history"))
	}
	var list []int
	for _, e := range entries {
		if id, err := strconv.Atoi(e.Name()); err == nil && id > 0 {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return list, nil
}

// History lists the decided changes, the latest first.
func (s *Store) History() ([]*Pending, error) {
	ids, err := s.ids()
	if err != nil {
		return nil, err
	}
	var list []*Pending
	for _, id := range slices.Backward(ids) {
		p, err := s.Decided(id)
		if err != nil {
			return nil, err
		}
		if p != nil {
			list = append(list, p)
		}
	}
	return list, nil
}

// Decided returns a change of the history, nil if there is none of that number.
func (s *Store) Decided(id int) (*Pending, error) { return s.read("history/" + idName(id)) }

// Kept returns a file that was kept with a change of the history.
func (s *Store) Kept(id int, name string) ([]byte, error) {
	path := s.Place(id, name)
	text, err := readBounded(path, mostKept)
	if err != nil {
		return nil, sayf(err, "%s cannot be read", path)
	}
	return text, nil
}

// Place is where such a file lies.
func (s *Store) Place(id int, name string) string { return s.path("history", idName(id), name) }

// prune removes the oldest changes beyond those that are kept. What cannot be removed
// stays for the next time.
func (s *Store) prune() {
	ids, err := s.ids()
	if err != nil || len(ids) <= mostHistory {
		return
	}
	for _, id := range ids[:len(ids)-mostHistory] {
		_ = os.RemoveAll(s.path("history", idName(id)))
	}
}
