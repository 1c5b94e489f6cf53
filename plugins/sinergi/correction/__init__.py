"""The correction workbook: what an office gets back, corrects in place, and sends again."""
