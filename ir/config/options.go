package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pvefw/pvefw/internal/source"
)

// Options are the values that are in force in one file: per name the last valid
// line. Values are normalised as the daemon stores them (policies upper case,
// levels lower case, names lower case).
type Options struct {
	values []namedValue // a few, so that looking at all is faster than a map and takes less
}

type namedValue struct {
	name string
	OptionValue
}

// OptionValue is one option in force.
type OptionValue struct {
	Text string
	Span source.Span // of the value
	Line int
}

// Get returns an option by its lower-case name.
func (o *Options) Get(name string) (OptionValue, bool) {
	for i := range o.values {
		if o.values[i].name == name {
			return o.values[i].OptionValue, true
		}
	}
	return OptionValue{}, false
}

// Text returns the value or def.
func (o *Options) Text(name, def string) string {
	if v, ok := o.Get(name); ok {
		return v.Text
	}
	return def
}

// Bool returns whether a number is not zero, or def when it is not set.
func (o *Options) Bool(name string, def bool) bool {
	v, ok := o.Get(name)
	if !ok {
		return def
	}
	return strings.Trim(v.Text, "0") != ""
}

// Number returns a decimal value; def when it is not set or does not fit.
func (o *Options) Number(name string, def int) int {
	if v, ok := o.Get(name); ok {
		if n, err := strconv.Atoi(v.Text); err == nil {
			return n
		}
	}
	return def
}

// Set stores a value, replacing an earlier one.
func (o *Options) Set(name string, v OptionValue) {
	for i := range o.values {
		if o.values[i].name == name {
			o.values[i].OptionValue = v
			return
		}
	}
	o.values = append(o.values, namedValue{name, v})
}

// Span returns where the option is set; nowhere when it is not.
func (o *Options) Span(name string) source.Span {
	v, _ := o.Get(name)
	return v.Span
}

// With returns the options with one value changed; o keeps its own.
func (o *Options) With(name, text string) Options {
	out := Options{values: slices.Clone(o.values)}
	v, _ := o.Get(name)
	v.Text = text
	out.Set(name, v)
	return out
}
