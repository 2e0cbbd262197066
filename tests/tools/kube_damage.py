"""Break objects as worlds and API versions may: parts missing, or of another type."""

from hypothesis import strategies as st

from tests.tools.kube_objects import at

WORDS = st.sampled_from([at(1), at(5000), "CrashLoopBackOff", "", "x"])
LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | WORDS


@st.composite
def damaged(draw: st.DrawFn, whole: object) -> object:
    """Return the object with parts taken out or replaced by something of the wrong type."""
    if draw(st.integers(0, 19)) == 0:
        return draw(LEAVES)
    if isinstance(whole, dict):
        return {key: draw(damaged(one)) for key, one in whole.items() if draw(st.integers(0, 9))}
    if isinstance(whole, list):
        return [draw(damaged(one)) for one in whole if draw(st.integers(0, 9))]
    return whole
