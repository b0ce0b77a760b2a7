package load

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/pvefw/pvefw/internal/diag"
	"github.com/pvefw/pvefw/internal/source"
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
	Staged       bool      // --staged: the CONFIG's files as they are in git's index
	Since        string    // the CONFIG's files as they were where HEAD left this revision
	Use          *Settings // settings that are read already; no file is looked for
	NoBaseline   bool      // do not read the baseline that the settings name
	Tests        bool      // also read the test files beside the configuration
}

// Loaded is a CONFIG in memory.
type Loaded struct {
	Name     string // the CONFIG as given; empty for the current directory by default
	Input    config.Input
	Settings *Settings      // never nil
	Findings diag.List      // about files, not about lines
	Files    int            // .fw files read
	Bytes    int64          // of all files read
	Notes    []string       // sentences for people: what was assumed
	FromGit  bool           // the files are those of a revision or of the index
	Snapshot bool           // the CONFIG is a snapshot: one file that holds all of them
	Baseline *BaselineFile  // what the settings name; nil without one
	Tests    []*source.File // test files, by name, if Options ask for them
	// Root is the absolute path of what the names of files start from: that of
	// Prefix. For files in git it is where a work tree would have them.
	Root, Prefix string
}

// Path is the absolute path, / separated, of a file by its name.
func (l *Loaded) Path(name string) string {
	inner, ok := strings.CutPrefix(name, l.Prefix)
	if !ok && !filepath.IsAbs(name) { // a settings file, or text on standard input
		abs, err := filepath.Abs(name)
		if err != nil {
			return name
		}
		return filepath.ToSlash(abs)
	}
	if !ok {
		return filepath.ToSlash(name)
	}
	return path.Join(l.Root, inner)
}

// Inner is the path of a file in the CONFIG by its name; a single file's is its
// base name.
func (l *Loaded) Inner(name string) string {
	inner, ok := strings.CutPrefix(name, l.Prefix)
	if !ok || inner == "" {
		return path.Base(filepath.ToSlash(name))
	}
	return inner
}

// LivePath is where a Proxmox VE node keeps its configuration.
const LivePath = "/etc/pve"

// Load reads a CONFIG: a directory in one of the two layouts, a single .fw file,
// a snapshot, a git revision (see ParseRevision), "-" for text on Options.Stdin, or "" for
// LivePath where it exists, else the current directory. The error is always an
// *Error.
func Load(path string, opt Options) (*Loaded, error) {
	l := newLoader(path, opt)
	if err := l.run(); err != nil {
		return nil, err
	}
	l.out.Input.AdminNetworks = l.out.Settings.AdminNetworks
	l.out.Findings.Sort()
	l.out.Bytes = l.reader.bytes
	return l.out, nil
}

// loader is the state of one Load.
type loader struct {
	opt    Options
	dir    string // what to read: a directory, a file or "-"
	prefix string // put before inner paths to name files for people
	tree   place
	reader reader
	out    *Loaded

	// Who knows about the nodes beyond the files, and which of them it is itself:
	// this machine for its own CONFIG, the one that a snapshot was taken of.
	witness interface{ facts(node string) NodeFacts }
	home    string
	whole   bool // what the CONFIG does not hold does not exist
}

func newLoader(path string, opt Options) *loader {
	l := &loader{opt: opt, dir: path, out: &Loaded{Name: path}}
	switch {
	case path == "" && isDir(LivePath) && !opt.Staged && opt.Since == "":
		l.dir, l.out.Name = LivePath, LivePath
		l.prefix = LivePath + "/"
	case path == "":
		l.dir = "."
	default:
		l.prefix = strings.TrimRight(filepath.ToSlash(path), "/") + "/"
	}
	l.tree = disk{l.dir}
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
	git, err := l.openGit()
	if err != nil {
		return err
	}
	if git != nil {
		defer git.close()
	}
	if git == nil && filepath.Clean(l.dir) == LivePath {
		l.meet(liveMachine())
	}
	is, err := l.tree.isDir("", l.shownRoot())
	if err != nil {
		return err
	}
	dir, text := l.dir, []byte(nil)
	if !is {
		dir = filepath.Dir(l.dir)
		if text, err = l.tree.read(&l.reader, "", strings.TrimSuffix(l.prefix, "/")); err != nil {
			return err
		}
		if l.out.Snapshot, err = l.openSnapshot(text); err != nil {
			return err
		}
		is = l.out.Snapshot
	}
	l.settle(git, is)
	if err := l.loadSettings(dir); err != nil {
		return err
	}
	if !is {
		return l.loadSingle(text)
	}
	if l.opt.Tests {
		if err := l.readTests(); err != nil {
			return err
		}
	}
	return l.loadDirectory()
}

// meet makes a machine the witness.
func (l *loader) meet(m *machine) { l.witness, l.home, l.whole = m, m.name, true }

// shownRoot is what an error calls the CONFIG.
func (l *loader) shownRoot() string {
	if l.out.Name == "" {
		return l.dir
	}
	return l.out.Name
}

// settle says where names start; a single file's is its whole path.
func (l *loader) settle(git *gitTree, is bool) {
	root, err := filepath.Abs(l.dir)
	if git != nil {
		root = filepath.Join(git.repo.top, filepath.FromSlash(git.base))
	} else if err != nil {
		root = l.dir
	}
	l.out.Root, l.out.Prefix = filepath.ToSlash(root), l.prefix
	if !is {
		l.prefix = strings.TrimSuffix(l.prefix, "/")
		l.out.Prefix = l.prefix
	}
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
