# Completion of reftrack for PowerShell. Nothing is installed yet; this text does it, once this line
# is in the file that $PROFILE names:
#   reftrack completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName reftrack -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($_.Value -is [string]) { $_.Value } else { $_.Extent.Text } })
    $begun = $wordToComplete.Trim('"', "'")
    $encoding = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        # With a sign before it: an empty word would not reach the program.
        $lines = @(& reftrack --complete powershell @words ":$begun" 2>$null)
    } catch {
        return
    } finally {
        [Console]::OutputEncoding = $encoding
    }
    foreach ($line in $lines) {
        $value, $said = $line -split "`t", 2
        if (-not $value) {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($begun)
            continue
        }
        $text = $value
        if ($value -notmatch '^[\w./=-]+$') {
            $text = "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value) + "'"
        }
        if (-not $said) { $said = $value }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $said)
    }
}
