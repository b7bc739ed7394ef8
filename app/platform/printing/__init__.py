"""Papers as PDF, spreadsheets, QR codes and labels."""
