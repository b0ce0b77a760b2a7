package cli

import (
	"crypto/sha256"
	"encoding"
	"encoding/binary"
	"fmt"
	"hash"
	"maps"
	"math"
	"reflect"
	"slices"
	"time"

	"github.com/pvefw/pvefw/internal/source"
)

// hasher makes one number of values, through pointers. Of times only the day
// counts. What it cannot read has no number, and is not cached then.
type hasher struct {
	to     hash.Hash
	files  []*source.File // those it has met, each once
	index  map[*source.File]int
	failed bool
}

func newHasher() *hasher { return &hasher{to: sha256.New(), index: map[*source.File]int{}} }

func (h *hasher) sum() ([]byte, bool) { return h.to.Sum(nil), !h.failed }

// value adds any value.
func (h *hasher) value(v any) { h.add(reflect.ValueOf(v)) }

// text adds a text with its length, so that neighbours cannot run together.
func (h *hasher) text(s string) {
	h.number(uint64(len(s)))
	h.to.Write([]byte(s))
}

func (h *hasher) number(n uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], n)
	h.to.Write(b[:])
}

func (h *hasher) add(v reflect.Value) {
	if !v.IsValid() {
		h.number(0)
		return
	}
	if h.known(v) {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		h.text(fmt.Sprint(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		h.number(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		h.number(v.Uint())
	case reflect.Float64:
		h.number(math.Float64bits(v.Float()))
	case reflect.String:
		h.text(v.String())
	case reflect.Pointer, reflect.Interface:
		h.text(v.Kind().String())
		h.add(v.Elem())
	case reflect.Slice, reflect.Array:
		h.number(uint64(v.Len()))
		for i := range v.Len() {
			h.add(v.Index(i))
		}
	case reflect.Map:
		h.mapping(v)
	case reflect.Struct:
		h.fields(v)
	default:
		h.failed = true
	}
}

// known adds values that are read otherwise than by their parts.
func (h *hasher) known(v reflect.Value) bool {
	if !v.CanInterface() {
		h.failed = true
		return true
	}
	switch v := v.Interface().(type) {
	case *source.File:
		if v == nil {
			return false
		}
		h.file(v)
		return true
	case time.Time:
		h.text(v.UTC().Format(time.DateOnly))
		return true
	case encoding.TextMarshaler:
		text, err := v.MarshalText()
		h.failed = h.failed || err != nil
		h.text(string(text))
		return true
	}
	return false
}

// file adds a file's name and bytes, or its number if it was added before.
func (h *hasher) file(f *source.File) {
	n, seen := h.index[f]
	if seen {
		h.text("file")
		h.number(uint64(n))
		return
	}
	h.index[f] = len(h.files)
	h.files = append(h.files, f)
	h.text(f.Name())
	h.number(uint64(len(f.Bytes())))
	h.to.Write(f.Bytes())
}

func (h *hasher) fields(v reflect.Value) {
	h.number(uint64(v.NumField()))
	for i := range v.NumField() {
		h.text(v.Type().Field(i).Name)
		h.add(v.Field(i))
	}
}

func (h *hasher) mapping(v reflect.Value) {
	if v.Type().Key().Kind() != reflect.String {
		h.failed = true
		return
	}
	byKey := map[string]reflect.Value{}
	for _, key := range v.MapKeys() {
		byKey[key.String()] = v.MapIndex(key)
	}
	h.number(uint64(len(byKey)))
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		h.text(key)
		h.add(byKey[key])
	}
}
