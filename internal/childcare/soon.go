package childcare

import "errors"

var errSoon = errors.New("not written yet")
