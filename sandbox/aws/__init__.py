"""AWS endpoints over a world: moto where it is right, validated answers where it is not."""
