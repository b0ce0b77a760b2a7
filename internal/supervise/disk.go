package supervise

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// This file writes so that after a loss of power there is the old or the new, whole.

// mostKept bounds one file of the state directory: the rules of 50,000 guests.
const mostKept = 1 << 30

// write makes or replaces a file. It is on the disk when write returns.
func write(path string, text []byte) error {
	if err := spill(path+".new", text); err != nil {
		_ = os.Remove(path + ".new")
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// spill writes a file and waits for the disk.
func spill(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// move renames a file or a directory; afterwards both directories are on the disk.
func move(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return errors.Join(syncDir(filepath.Dir(from)), syncDir(filepath.Dir(to)))
}

// syncDir waits until the names in a directory are on the disk.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func writeRecord(path string, record any) error {
	text, err := json.MarshalIndent(record, "", " ")
	if err != nil {
		return err
	}
	return write(path, append(text, '\n'))
}

// readRecord fills a record from a file, and leaves it as it is where there is none.
// What does not belong into a record is an error.
func readRecord(path string, record any) (there bool, err error) {
	text, err := readBounded(path, mostKept)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(record); err != nil {
		return false, fmt.Errorf("it is damaged (%w)", err)
	}
	return true, nil
}
