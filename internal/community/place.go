package community

// What a place is when it is more, or less, than a building's entrance.
const (
	SpotOwn      = ""         // the building, or the reporter's own entrance
	SpotHome     = "home"     // inside the flat
	SpotOutdoors = "outdoors" // between the buildings
	SpotOther    = "other"    // as the note or the location says
)

// Place is where something is.
type Place struct {
	Building int64    // 0: none
	Entrance int      // 0: not said
	Flat     string   // only where it matters
	Spot     string   // one of the Spot codes
	Note     string   // in the words of whoever reported it
	Lat, Lon *float64 // where a location was sent
}

// Same reports whether two places are told by the same words and the same point.
func (p Place) Same(other Place) bool {
	point := func(p Place) (lat, lon float64, ok bool) {
		if p.Lat == nil || p.Lon == nil {
			return 0, 0, false
		}
		return *p.Lat, *p.Lon, true
	}
	lat, lon, ok := point(p)
	otherLat, otherLon, otherOK := point(other)
	p.Lat, p.Lon, other.Lat, other.Lon = nil, nil, nil, nil
	return p == other && lat == otherLat && lon == otherLon && ok == otherOK
}
