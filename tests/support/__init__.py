"""What the tests share: renderings, judges, static rules, hostile answers, tools."""
