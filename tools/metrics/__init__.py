"""What a metric did that it never does, and when it will have used up what there is."""
