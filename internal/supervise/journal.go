package supervise

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"
)

// Note is a line of the journal.
type Note struct {
	At   time.Time `json:"at"`
	ID   int       `json:"id,omitempty"` // of the change
	Text string    `json:"text"`
}

// mostJournal is the size at which the journal begins anew; the one before is kept.
const mostJournal = 1 << 20

// note adds a line to the journal. What cannot be written is lost: a full disk must
// not keep anybody from taking a change back.
func (s *Store) note(now Moment, id int, text string) {
	line, err := json.Marshal(Note{now.Wall, id, strings.ToValidUTF8(text, "\uFFFD")})
	if err != nil {
		return
	}
	path := s.path("journal")
	if info, err := os.Stat(path); err == nil && info.Size() > mostJournal {
		_ = os.Rename(path, path+".1")
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return
	}
	_, err = f.Write(append(line, '\n'))
	_ = errors.Join(err, f.Sync(), f.Close())
}

// Journal returns the last notes, oldest first. A torn line is left out.
func (s *Store) Journal() ([]Note, error) {
	var list []Note
	for _, name := range []string{"journal.1", "journal"} {
		text, err := readBounded(s.path(name), 2*mostJournal)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, sayf(err, "%s cannot be read", s.path(name))
		}
		for line := range strings.Lines(string(text)) {
			var n Note
			if json.Unmarshal([]byte(line), &n) == nil {
				list = append(list, n)
			}
		}
	}
	return list, nil
}
