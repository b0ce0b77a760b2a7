package load

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/ir/config"
)

// Options says what flags and the environment contribute.
type Options struct {
	// OneNode asks for a single node's view: Input.Nodes holds exactly the
	// chosen one. Otherwise all nodes are loaded, unless Node names one.
	OneNode      bool
	Node         string    // --node
	NodeAddress  string    // --node-address
	LocalNetwork string    // --local-network
	Settings     string    // --config: a settings file to use instead of the nearest .pvefw.yaml
	Stdin        io.Reader // read when the CONFIG is "-"
	StdinName    string    // --stdin-filename: what the text on Stdin is called
	Now          time.Time
}

// Loaded is a CONFIG in memory.
type Loaded struct {
	Name     string // the CONFIG as given; empty for the current directory by default
	Input    config.Input
	Settings *Settings // never nil
	Findings diag.List // about files, not about lines
	Files    int       // .fw files read
	Notes    []string  // sentences for people: what was assumed
}

// LivePath is where a Proxmox VE node keeps its configuration.
const LivePath = "/etc/pve"

// Load reads a CONFIG: a directory in one of the two layouts, a single .fw file,
// "-" for text on Options.Stdin, or "" for LivePath where it exists, else the
// current directory. The error is always an *Error.
func Load(path string, opt Options) (*Loaded, error) {
	l := newLoader(path, opt)
	if err := l.run(); err != nil {
		return nil, err
	}
	l.out.Findings.Sort()
	return l.out, nil
}

// loader is the state of one Load.
type loader struct {
	opt    Options
	dir    string // where to read: a directory, a file or "-"
	prefix string // put before inner paths to name files for people
	live   bool   // the CONFIG is this machine's own
	reader reader
	out    *Loaded
}

func newLoader(path string, opt Options) *loader {
	l := &loader{opt: opt, dir: path, out: &Loaded{Name: path}}
	switch {
	case path == "" && isDir(LivePath):
		l.dir, l.out.Name = LivePath, LivePath
		l.prefix = LivePath + "/"
	case path == "":
		l.dir = "."
	default:
		l.prefix = strings.TrimRight(filepath.ToSlash(path), "/") + "/"
	}
	l.live = filepath.Clean(l.dir) == LivePath
	return l
}

func (l *loader) run() error {
	if err := l.checkFacts(); err != nil {
		return err
	}
	if l.dir == "-" {
		if err := l.loadSettings(filepath.Dir(l.opt.StdinName)); err != nil {
			return err
		}
		return l.loadStdin()
	}
	info, err := os.Stat(l.dir)
	if err != nil {
		return failure(l.dir, err)
	}
	if !info.IsDir() {
		if err := l.loadSettings(filepath.Dir(l.dir)); err != nil {
			return err
		}
		return l.loadSingle()
	}
	if err := l.loadSettings(l.dir); err != nil {
		return err
	}
	return l.loadDirectory()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
