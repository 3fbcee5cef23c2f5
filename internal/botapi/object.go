package botapi

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"
)

// object is a JSON object read field by field with the real server's error
// texts (tdlib/td JsonBuilder.cpp): numbers pass for strings, strings of
// digits for numbers, but a boolean must be one.
type object map[string]any

// decodeJSON reads one JSON value and nothing behind it.
func decodeJSON(text string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, told("data after the value")
	}
	return value, nil
}

func (o object) has(name string) bool {
	_, ok := o[name]
	return ok
}

func (o object) bool(name string) (bool, error) {
	switch value := o[name].(type) {
	case bool:
		return value, nil
	case nil:
		if !o.has(name) {
			return false, nil
		}
	}
	return false, told("Field \"%s\" must be of type Boolean", name)
}

func (o object) str(name string) (string, error) {
	switch value := o[name].(type) {
	case string:
		return value, nil
	case json.Number:
		return value.String(), nil
	case nil:
		if !o.has(name) {
			return "", nil
		}
	}
	return "", told("Field \"%s\" must be of type String", name)
}

func (o object) mustStr(name string) (string, error) {
	if !o.has(name) {
		return "", told("Can't find field \"%s\"", name)
	}
	return o.str(name)
}

func (o object) int(name string) (int64, error) {
	var digits string
	switch value := o[name].(type) {
	case string:
		digits = value
	case json.Number:
		digits = value.String()
	default:
		if !o.has(name) {
			return 0, nil
		}
		return 0, told("Field \"%s\" must be a Number", name)
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, told("Field \"%s\" must be a valid Number", name)
	}
	return n, nil
}

func (o object) mustInt(name string) (int64, error) {
	if !o.has(name) {
		return 0, told("Can't find field \"%s\"", name)
	}
	return o.int(name)
}

// array is empty where the field is missing; but a null is no array.
func (o object) array(name string) ([]any, error) {
	if !o.has(name) {
		return []any{}, nil
	}
	list, ok := o[name].([]any)
	if !ok {
		return nil, told("Field \"%s\" must be of type Array", name)
	}
	return list, nil
}

func (o object) object(name string) (object, error) {
	inner, ok := o[name].(map[string]any)
	if !ok {
		return nil, told("Field \"%s\" must be of type Object", name)
	}
	return inner, nil
}
