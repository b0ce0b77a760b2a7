package supervise

import (
	"bytes"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of a process's age, which Linux fixes for programs.
const tick = time.Second / 100

// process is what /proc tells about a process.
type process struct {
	pid, parent, session int
	name                 string        // the first fifteen bytes of it
	started              time.Duration // since the machine was booted
}

// process looks a process up.
func (m Machine) process(pid int) (process, bool) {
	text, err := m.read(path.Join("proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return process{}, false
	}
	return parseStat(text)
}

// parseStat reads "PID (NAME) STATE PARENT GROUP SESSION …". A name may hold blanks and
// parentheses, so the last one ends it.
func parseStat(text []byte) (process, bool) {
	open, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
	if open < 1 || end < open {
		return process{}, false
	}
	const started = 19 // counted from the state
	words := strings.Fields(string(text[end+1:]))
	if len(words) <= started {
		return process{}, false
	}
	number := func(text string) int {
		n, _ := strconv.Atoi(text)
		return n
	}
	p := process{pid: number(strings.TrimSpace(string(text[:open]))), name: string(text[open+1 : end]),
		parent: number(words[1]), session: number(words[3]), started: time.Duration(number(words[started])) * tick}
	return p, p.pid > 0
}

// mostAncestors bounds the way up from a process.
const mostAncestors = 64

// ancestors lists a process and those it descends from, without the first of all.
func (m Machine) ancestors(pid int) []process {
	var list []process
	for pid > 1 && len(list) < mostAncestors {
		p, ok := m.process(pid)
		if !ok {
			break
		}
		list = append(list, p)
		pid = p.parent
	}
	return list
}

// sockets are the inodes of the sockets that a process has open.
func (m Machine) sockets(pid int) map[uint64]bool {
	dir := m.path(path.Join("proc", strconv.Itoa(pid), "fd"))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	open := map[uint64]bool{}
	for _, e := range entries {
		target, err := os.Readlink(path.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		if number, ok := strings.CutPrefix(target, "socket:["); ok {
			if inode, err := strconv.ParseUint(strings.TrimSuffix(number, "]"), 10, 64); err == nil {
				open[inode] = true
			}
		}
	}
	return open
}

// named lists the processes that have one of the names, in the order of the names.
func (m Machine) named(names ...string) []string {
	entries, err := os.ReadDir(m.path("proc"))
	if err != nil {
		return nil
	}
	running := map[string]bool{}
	for _, e := range entries {
		if pid, err := strconv.Atoi(e.Name()); err == nil {
			if p, ok := m.process(pid); ok {
				running[p.name] = true
			}
		}
	}
	var list []string
	for _, name := range names {
		if running[name[:min(len(name), 15)]] {
			list = append(list, name)
		}
	}
	return list
}
