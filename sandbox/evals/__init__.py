"""Play worlds and cases with the shipped product, judge its answers, and print them beside trivial floors."""
