"""What all pages share: the app factory, guard, headers, error pages, layout, forms and template helpers."""
