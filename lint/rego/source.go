package rego

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
)

// Source is policies from one place. Its texts are not looked into yet.
type Source struct {
	Files    map[string]string // .rego files by path as shown to people
	Archives map[string]string // .txtar files beside them, likewise: configurations and what is found in them
	Data     map[string]any    // documents under data; nil without
}

// What a source may hold. Policies are small; whoever sends more has other plans.
const (
	mostFiles = 4096
	mostBytes = 32 << 20
)

// dataFile is the name of files with documents for the policies, as in OPA.
const dataFile = "data.json"

var errTooMuch = fmt.Errorf("it holds more than %d files or %d MiB", mostFiles, mostBytes>>20)

// ReadDir reads the .rego files of a directory and the data.json files between
// them, whose place is their place under data. The name goes in front of paths.
func ReadDir(name string, files fs.FS) (*Source, error) {
	s := &Source{Files: map[string]string{}, Archives: map[string]string{}}
	size, count := 0, 0
	err := fs.WalkDir(files, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isRegular(files, file, d) {
			return err
		}
		kind := path.Ext(file)
		if kind != ".rego" && kind != ".txtar" && path.Base(file) != dataFile {
			return nil
		}
		text, err := readBounded(files, file, mostBytes-size)
		if err != nil {
			return err
		}
		size += len(text)
		if count++; count > mostFiles {
			return errTooMuch
		}
		switch kind {
		case ".rego":
			s.Files[path.Join(name, file)] = string(text)
			return nil
		case ".txtar":
			s.Archives[path.Join(name, file)] = string(text)
			return nil
		}
		return s.addData(path.Join(name, file), path.Dir(file), text)
	})
	return s, err
}

// isRegular follows symbolic links; pipes and devices are not read.
func isRegular(files fs.FS, file string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	info, err := fs.Stat(files, file)
	return err == nil && info.Mode().IsRegular()
}

func readBounded(files fs.FS, file string, most int) ([]byte, error) {
	f, err := files.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err == nil && len(text) > most {
		err = errTooMuch
	}
	return text, err
}

// addData puts a document in its place.
func (s *Source) addData(file, dir string, text []byte) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return &Fault{File: file, Text: "it is not JSON: " + err.Error(), err: err}
	}
	for dir != "." && dir != "" {
		value = map[string]any{path.Base(dir): value}
		dir = path.Dir(dir)
	}
	tree, ok := value.(map[string]any)
	if !ok {
		return &Fault{File: file, Text: "at the top there must be an object"}
	}
	if s.Data == nil {
		s.Data = map[string]any{}
	}
	if clash := merge(s.Data, tree); clash != "" {
		return &Fault{File: file, Text: "data." + clash + " exists already"}
	}
	return nil
}

// merge puts from into to; objects are joined, anything else clashes.
func merge(to, from map[string]any) (clash string) {
	for key, value := range from {
		old, exists := to[key]
		a, aIsObject := old.(map[string]any)
		b, bIsObject := value.(map[string]any)
		switch {
		case !exists:
			to[key] = value
		case !aIsObject || !bIsObject:
			return key
		default:
			if clash := merge(a, b); clash != "" {
				return key + "." + clash
			}
		}
	}
	return ""
}

// Key checks signatures, by the rules of OPA's bundles.
type Key struct {
	Text      string // PEM, or the secret of an HMAC
	Algorithm string // RS256 if empty
}

// ReadBundle reads an OPA bundle (a gzipped tar). With a key it must be signed.
func ReadBundle(name string, data []byte, key *Key) (*Source, error) {
	if err := checkArchive(data); err != nil {
		return nil, &Fault{File: name, Text: err.Error(), err: err}
	}
	return readBundle(name, bundle.NewReader(bytes.NewReader(data)), key)
}

// ReadSignedDir reads a directory that is a bundle with a signature.
func ReadSignedDir(name string, files fs.FS, key *Key) (*Source, error) {
	if _, err := ReadDir(name, files); err != nil { // for its bounds
		return nil, err
	}
	loader, err := bundle.NewFSLoader(files)
	if err != nil {
		return nil, err
	}
	return readBundle(name, bundle.NewCustomReader(loader), key)
}

func readBundle(name string, r *bundle.Reader, key *Key) (*Source, error) {
	r = r.WithCapabilities(capabilities()).WithProcessAnnotations(true).WithRegoVersion(ast.RegoV1).WithSizeLimitBytes(mostBytes)
	if key == nil {
		r = r.WithSkipBundleVerification(true)
	} else {
		algorithm := key.Algorithm
		if algorithm == "" {
			algorithm = "RS256"
		}
		id := "pvefw"
		keys := map[string]*bundle.KeyConfig{id: {Key: key.Text, Algorithm: algorithm}}
		r = r.WithBundleVerificationConfig(bundle.NewVerificationConfig(keys, id, "", nil))
	}
	b, err := r.Read()
	if err != nil {
		faults := faultsOf(name, err)
		for _, f := range faults {
			if f.File != name {
				f.File = path.Join(name, f.File)
			}
		}
		return nil, faults
	}
	if len(b.WasmModules)+len(b.PlanModules) > 0 {
		return nil, &Fault{File: name, Text: "the bundle holds compiled policies; only Rego is evaluated"}
	}
	s := &Source{Files: map[string]string{}, Data: b.Data}
	for _, m := range b.Modules {
		s.Files[path.Join(name, m.Path)] = string(m.Raw)
	}
	return s, nil
}

// checkArchive looks at what an archive unpacks to before anybody keeps it.
func checkArchive(data []byte) error {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return errors.New("it is neither a directory nor a bundle (a gzipped tar archive)")
	}
	archive := tar.NewReader(io.LimitReader(z, mostBytes))
	for count := 0; ; count++ {
		_, err := archive.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return errors.New("the archive is damaged, or unpacks to more than " + fmt.Sprint(mostBytes>>20) + " MiB")
		case count >= mostFiles:
			return errTooMuch
		}
	}
}
