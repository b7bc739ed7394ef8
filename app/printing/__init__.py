"""The printing room: papers as PDF, spreadsheets, QR codes and labels."""
