package supervise

import (
	"strconv"
	"strings"
	"time"
)

// Moment is one reading of a machine's clocks. Deadlines go by Up, which nobody can
// set: a jump of the wall clock neither shortens nor lengthens them.
type Moment struct {
	Boot string        `json:"boot"` // the kernel's name for this boot
	Up   time.Duration `json:"up"`   // since then, time asleep included, in steps of 10 ms
	Wall time.Time     `json:"wall"` // for people
}

// Now reads the clocks.
func (m Machine) Now() (Moment, error) {
	boot, err := m.read("proc/sys/kernel/random/boot_id")
	if err != nil {
		return Moment{}, sayf(err, "the kernel does not tell which boot this is")
	}
	text, err := m.read("proc/uptime")
	if err != nil {
		return Moment{}, sayf(err, "the kernel does not tell how long it has been running")
	}
	word, _, _ := strings.Cut(string(text), " ")
	seconds, err := strconv.ParseFloat(word, 64)
	if err != nil {
		return Moment{}, sayf(err, "the kernel does not tell how long it has been running")
	}
	return Moment{
		Boot: strings.TrimSpace(string(boot)),
		Up:   time.Duration(seconds*100+0.5) * (10 * time.Millisecond),
		Wall: time.Now().UTC().Truncate(time.Second),
	}, nil
}

// Until is how long it is from now to a later moment of the same boot, which has
// passed where the result is not above zero.
func (now Moment) Until(later Moment) time.Duration { return later.Up - now.Up }

// plus is the moment some time later.
func (now Moment) plus(d time.Duration) Moment {
	return Moment{Boot: now.Boot, Up: now.Up + d, Wall: now.Wall.Add(d)}
}
