package load

import (
	"path"
	"path/filepath"

	"github.com/pvefw/pvefw/internal/diag"
)

// BaselineFile is a file of known findings.
type BaselineFile struct {
	Name string // for people
	Dir  string // its directory: absolute, / separated
	Data []byte
}

// loadBaseline reads the file that the settings name: from where the CONFIG is, if
// that is git and has it, so that a commit is judged by the baseline in it.
func (l *loader) loadBaseline() error {
	w := l.out.Settings.Lint.Baseline
	if w.Text == "" || l.opt.NoBaseline {
		return nil
	}
	at := l.out.Settings.beside(w.Text)
	b := &BaselineFile{Name: diag.Visible(settingsDisplay(filepath.FromSlash(at))), Dir: path.Dir(at)}
	data, err := l.beside(at, b.Name)
	if err != nil {
		return SettingsError(diag.List{SettingsFault(w, err.Error())})
	}
	b.Data = data
	l.out.Baseline = b
	return nil
}

// beside reads a file that the settings name by its absolute path.
func (l *loader) beside(at, shown string) ([]byte, error) {
	git, is := l.tree.(*gitTree)
	file := filepath.FromSlash(at)
	if !is || !within(file, git.repo.top) {
		return l.reader.read(shown, file)
	}
	rel, err := filepath.Rel(git.repo.top, file)
	if err != nil {
		return nil, failure(shown, err)
	}
	whole := *git
	whole.base = ""
	data, err := whole.read(&l.reader, slashed(rel), shown)
	git.blobs = whole.blobs
	return data, err
}

// beside is the absolute path of a file that the settings name.
func (s *Settings) beside(name string) string {
	name = filepath.ToSlash(name)
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(s.Dir, name)
}

// PolicyPaths are the absolute paths of the policies that the settings name.
func (s *Settings) PolicyPaths() []string {
	var list []string
	for _, w := range s.Lint.Policies {
		list = append(list, filepath.FromSlash(s.beside(w.Text)))
	}
	return list
}
